import * as z from 'zod';

/** A text that a program is given as a word. */
export const wordField = z.string().refine((text) => !text.includes('\0'), 'cannot hold a NUL character');
/** Fields that several tools share, described once. */
export const pathField = z.string().describe('relative to the workspace folder');
export const encodingField = z
  .enum(['utf8', 'base64'])
  .default('utf8')
  .describe('base64 for content that is not text');
export const modeField = z
  .string()
  .regex(/^0?[0-7]{3}$/, "permission bits as octal text, like '755' or '0644'")
  .describe("permission bits as octal text, like '755'");
export const overwriteField = z.boolean().default(false).describe('replace a file that is there');
