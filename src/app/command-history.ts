import { join } from 'node:path';
import { HistoryFile } from '../host/history-file.ts';
import { createRedactor } from '../tools/redaction.ts';
import type { Parts } from './parts.ts';
import { secretValues } from './secret-values.ts';

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
      const { secrets } = (await parts.config(workspace)).config.core;
      const values = secretValues(parts.options.env, secrets.names);
      const redactor = createRedactor({ values, patterns: secrets.patterns });
      if (redactor.text(line) === line) await file.add(line);
    },
  };
}
