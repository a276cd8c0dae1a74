import type { PostView, UserView } from '../../contract.js';
import type { Database } from '../backends/database.js';
import { Forbidden, NotFound } from '../errors.js';

const COLUMNS = 'id, author_id AS "authorId", title, body';

export interface PostText {
  readonly title: string;
  readonly body: string;
}

/** The posts. Everyone signed in reads and adds; only a post's author or an admin changes it. */
export interface PostTable {
  list(limit: number): Promise<PostView[]>;
  /** @throws NotFound */
  get(id: number): Promise<PostView>;
  add(author: UserView, text: PostText): Promise<PostView>;
  /** @throws NotFound, Forbidden */
  change(user: UserView, id: number, text: PostText): Promise<PostView>;
  /** @throws NotFound, Forbidden */
  remove(user: UserView, id: number): Promise<void>;
}

export function createPostTable(database: Database): PostTable {
  const get = async (id: number) => {
    const [post] = await database.query<PostView>(`SELECT ${COLUMNS} FROM posts WHERE id = $1`, [id]);
    if (post === undefined) throw new NotFound('There is no such post.');
    return post;
  };
  /** The statement checked the right itself, so nothing can change in between. Without a row it only remains to say why. */
  const explainRefusal = async (id: number): Promise<never> => {
    await get(id);
    throw new Forbidden('Only its author or an admin may change a post.');
  };
  return {
    list: (limit) => database.query<PostView>(`SELECT ${COLUMNS} FROM posts ORDER BY id DESC LIMIT $1`, [limit]),
    get,
    async add(author, { title, body }) {
      const [post] = await database.query<PostView>(
        `INSERT INTO posts (author_id, title, body) VALUES ($1, $2, $3) RETURNING ${COLUMNS}`,
        [author.id, title, body],
      );
      if (post === undefined) throw new TypeError('INSERT … RETURNING gave no row');
      return post;
    },
    async change({ id: userId, role }, id, { title, body }) {
      const [post] = await database.query<PostView>(
        `UPDATE posts SET title = $4, body = $5 WHERE id = $1 AND (author_id = $2 OR $3::boolean) RETURNING ${COLUMNS}`,
        [id, userId, role === 'admin', title, body],
      );
      return post ?? explainRefusal(id);
    },
    async remove({ id: userId, role }, id) {
      const rows = await database.query(
        'DELETE FROM posts WHERE id = $1 AND (author_id = $2 OR $3::boolean) RETURNING id',
        [id, userId, role === 'admin'],
      );
      if (rows.length === 0) await explainRefusal(id);
    },
  };
}
