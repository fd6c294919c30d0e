import { appendFile, mkdir, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';

const KEPT_LINES = 500;
/** The file is shortened only now and then. */
const MOST_LINES = 2 * KEPT_LINES;
/** Nobody types a longer line. */
const MOST_CHARACTERS = 2000;
const MOST_BYTES = 4 * MOST_LINES * MOST_CHARACTERS;
const OWNER_ONLY = 0o600;

const isLine = (line: string): boolean =>
  line.trim() !== '' && line.length <= MOST_CHARACTERS && !/[\p{Cc}\uFFFD]/u.test(line);

/** Typed lines in a file, the newest at the end. Several shells may add to it. */
export class HistoryFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** The newest lines, oldest first. What is no line is left out; a file that can't be read has none. */
  async read(): Promise<readonly string[]> {
    const lines = (await this.#text()).split('\n').filter(isLine);
    return lines.filter((line, index) => line !== lines[index - 1]).slice(-KEPT_LINES);
  }

  /** Adds a line, unless it is the newest already. @throws what the file system says */
  async add(line: string): Promise<void> {
    if (!isLine(line)) return;
    const text = await this.#text();
    const lines = text.split('\n').filter(isLine);
    if (lines.at(-1) === line) return;
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    if (lines.length < MOST_LINES && (text === '' ? !(await this.#isTooLong()) : text.endsWith('\n')))
      await appendFile(this.#path, `${line}\n`, { mode: OWNER_ONLY });
    else
      await writeFileAtomic(this.#path, `${[...lines, line].slice(-KEPT_LINES).join('\n')}\n`, {
        mode: OWNER_ONLY,
      });
  }

  /** '' if it isn't there, can't be read, or is too long to be a history. */
  async #text(): Promise<string> {
    if (await this.#isTooLong()) return '';
    return await readFile(this.#path, 'utf8').catch(() => '');
  }

  async #isTooLong(): Promise<boolean> {
    const size = await stat(this.#path).then(
      (found) => found.size,
      () => 0,
    );
    return size > MOST_BYTES;
  }
}
