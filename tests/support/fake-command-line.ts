import type { CommandEnd, CommandLine, Completion, RunningCommand } from '../../src/ports/command-line.ts';

/** A command that ends when the test says so. */
export class FakeCommand implements RunningCommand {
  output = '';
  ends = 0;
  readonly #ended = Promise.withResolvers<CommandEnd>();
  readonly ended = this.#ended.promise;

  said(): string {
    return this.output;
  }
  end(): void {
    this.ends += 1;
  }
  finish(exitCode: number | null, output = this.output): void {
    this.output = output;
    this.#ended.resolve({ exitCode, output });
  }
}

/** A command line that knows a few words, and runs nothing. */
export class FakeCommandLine implements CommandLine {
  lines: string[] = [];
  words: readonly string[] = [];
  readonly started: { readonly line: string; readonly command: FakeCommand }[] = [];
  /** Is done before a command is handed out. */
  onStart: (command: FakeCommand) => void = () => undefined;

  get last(): FakeCommand {
    const { command } = this.started.at(-1) ?? {};
    if (!command) throw new Error('no command was started');
    return command;
  }

  async complete(line: string): Promise<Completion> {
    await Promise.resolve();
    const from = line.lastIndexOf(' ') + 1;
    const candidates = this.words
      .filter((word) => word.startsWith(line.slice(from)))
      .map((word) => ({ text: word, about: `about ${word}`, isWhole: true }));
    return { from, candidates };
  }
  run(line: string): FakeCommand {
    const command = new FakeCommand();
    this.started.push({ line, command });
    this.onStart(command);
    return command;
  }
  async history(): Promise<readonly string[]> {
    await Promise.resolve();
    return [...this.lines];
  }
  async remember(line: string): Promise<void> {
    await Promise.resolve();
    this.lines.push(line);
  }
}
