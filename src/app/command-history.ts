import { join } from 'node:path';
import { HistoryFile } from '../host/history-file.ts';
import type { Parts } from './parts.ts';
import { redactorOf } from './secret-values.ts';

/** Lines typed in screens, shared by all of them: `$AGENTS_HOME/history`. */
export interface CommandHistory {
  /** The newest, oldest first. Never rejects. */
  read(): Promise<readonly string[]>;
  /** Keeps a line unless it holds a secret. @throws what the file system says */
  add(line: string): Promise<void>;
}

/** @param workspace the folder whose settings say what is secret */
export function commandHistory(parts: Parts, workspace: string): CommandHistory {
  const file = new HistoryFile(join(parts.home, 'history'));
  return {
    read: () => file.read(),
    add: async (line) => {
      const redactor = await redactorOf(parts, workspace);
      if (redactor.text(line) === line) await file.add(line);
    },
  };
}
