import { SECRET_FILES } from '../contract.js';
import { readSecret } from '../secrets/secret-file.js';

/**
 * The URL to connect with. One without a password gets the one of SECRETS_DIR where there is a file for it: in containers
 * the password is made at the first start, after the URL was written down.
 */
export async function completeDatabaseUrl(url: string, secretsDir: string | undefined): Promise<string> {
  const complete = new URL(url);
  if (complete.password !== '' || secretsDir === undefined) return url;
  const password = await readSecret(secretsDir, SECRET_FILES.database).catch(() => '');
  complete.password = encodeURIComponent(password);
  return complete.href;
}
