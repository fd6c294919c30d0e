/** What `agents --help` shows: one screen, grouped by what one wants to do. At most 40 lines of 80 columns. */
export const HELP_TEXT = `agents runs a plan, shows what it does, and takes a checkpoint at every moment
that could hurt. Everything is kept: look at it later, or from another terminal.

Usage: agents <command> [options]

Run
  plan run FILE               create a plan from a document and execute it
  plan create FILE            store a plan without running it
  plan execute PLAN           start a plan, or go on where it rests
  plan validate FILE          check a document
Look
  plan list                   the plans of this folder (--all-workspaces)
  plan status PLAN            steps, subplans, decisions and who runs it
  plan watch PLAN             follow a plan that another process runs
  plan events PLAN            its history, line by line (--follow)
Steer a running plan, from any terminal
  plan pause | resume PLAN    at the next safe point, with a checkpoint
  plan stop | cancel PLAN     end the run now | end the plan for good
  plan answer PLAN DECISION OPTION
  plan approve | deny PLAN    take | leave settings that a step changed
Checkpoints
  plan checkpoint create PLAN (--label TEXT)
  plan checkpoint list PLAN
  plan checkpoint show PLAN CHECKPOINT
  plan checkpoint label | pin | unpin PLAN CHECKPOINT
Know your tools and settings
  tool list | show NAME       what steps can call, and what it may change
  config show | explain KEY | get KEY | set KEY VALUE | path | validate

PLAN is an id, a unique beginning or end of one, or "last" (of this folder).
CHECKPOINT is a number, an id, a label, or "last".

  -C DIR         work in that folder        --json          one JSON answer
  --set KEY=VAL  override a setting         --json=stream   events as they come
  -q, --quiet    --verbose                  --no-color      --no-input
  --no-tui       lines, no screen           --accessible    for screen readers

More about one command: agents plan run --help
`;
