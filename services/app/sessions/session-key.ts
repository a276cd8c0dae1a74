import { createHash } from 'node:crypto';

/** What a session is kept under: whoever reads what is stored learns no id that he could present. */
export const keyOf = (id: string): string => createHash('sha256').update(id).digest('base64url');
