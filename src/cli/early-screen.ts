import type { PlacedLinesProps } from '../tui/panes/placed-lines.tsx';
import { EarlyFrame } from '../tui/shell/early-frame.ts';
import type { ThemeName } from '../tui/theme.ts';
import type { ScreenSize } from '../tui/shell/screen-output.ts';
import type { CliIo, SignalName, Terminal } from './cli-io.ts';
import type { GlobalOptions } from './global-options.ts';
import { wantsColour } from './paint.ts';
import { SIGNALS } from './run-signals.ts';

interface Surroundings {
  readonly io: Pick<CliIo, 'env' | 'onSignal' | 'onUncaught'>;
  readonly options: Pick<GlobalOptions, 'noColor'>;
}

/** The terminal from its first frame until the screen proper has it. */
export class EarlyScreen {
  readonly #io: Surroundings['io'];
  readonly #frame: EarlyFrame;
  #offs: readonly (() => void)[] = [];
  #heard: SignalName | null = null;
  #broken: { readonly thrown: unknown } | null = null;
  #isShown = false;
  #isHandedOver = false;

  constructor({ io, options }: Surroundings, terminal: Terminal) {
    this.#io = io;
    this.#frame = new EarlyFrame(terminal, wantsColour(io.env, true, options.noColor));
  }

  /** Whether the screen proper finds a frame in the alternate buffer. */
  get isShown(): boolean {
    return this.#isShown;
  }

  /** Draws what `make` makes for the terminal's size; nothing where that is nothing. */
  draw(theme: ThemeName, make: (size: ScreenSize) => readonly PlacedLinesProps[]): void {
    const parts = make(this.#frame.size);
    if (parts.length === 0) return;
    // Before it is drawn: neither a signal nor an error may end this process with the terminal changed.
    const offUncaught = this.#io.onUncaught?.((thrown) => (this.#broken ??= { thrown }));
    this.#offs = [
      ...SIGNALS.map((name) => this.#io.onSignal(name, () => (this.#heard = name))),
      ...(offUncaught ? [offUncaught] : []),
    ];
    this.#isShown = true;
    this.#frame.draw(parts, theme);
  }

  /** The screen proper hears signals and errors by itself from now on; it is told of those that came before. */
  handOver(onSignal: (name: SignalName) => void, onUncaught: (thrown: unknown) => void): void {
    this.#isHandedOver = true;
    this.#endHearing();
    if (this.#broken) onUncaught(this.#broken.thrown);
    if (this.#heard) onSignal(this.#heard);
  }

  /** The terminal is as before, unless the screen proper has it. */
  leave(): void {
    if (this.#isHandedOver) return;
    this.#endHearing();
    this.#frame.leave();
  }

  #endHearing(): void {
    for (const off of this.#offs) off();
    this.#offs = [];
  }
}
