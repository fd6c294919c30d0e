import type { Command } from '../command.ts';
import { COMPLETION_SCRIPTS, type Shell } from '../completion/scripts.ts';

/** Where each shell reads what it is to know from its start on. */
const START_LINES: Readonly<Record<Shell, string>> = {
  bash: "echo 'source <(agents completion bash)' >> ~/.bashrc",
  zsh: "echo 'source <(agents completion zsh)' >> ~/.zshrc",
  fish: "echo 'agents completion fish | source' >> ~/.config/fish/config.fish",
};

function completionCommand(shell: Shell): Command {
  return {
    describe: (parser) =>
      parser
        .epilogue(
          `Names of plans, checkpoints and settings are completed too. For good: ${START_LINES[shell]}`,
        )
        .example(`$0 completion ${shell}`, 'the script that your shell is to read'),
    run: async (_args, session) => {
      const script = COMPLETION_SCRIPTS[shell];
      return { data: { shell, script }, show: () => session.output.print(script.trimEnd()) };
    },
  };
}

export const completionBash = completionCommand('bash');
export const completionZsh = completionCommand('zsh');
export const completionFish = completionCommand('fish');
