/** What `agents --help` shows: one screen, grouped by what one wants to do. At most 40 lines of 80 columns. */
export const HELP_TEXT = `agents runs a plan, shows what it does, and takes a checkpoint at every moment
that could hurt. Everything is kept: look at it later, or from another terminal.

Usage: agents <command> [options]      (agents alone: the home screen)

Run
  init                        settings and a first plan for this folder
  plan run FILE               create a plan from a document and execute it
  plan create | validate | explain FILE   store it | check it | see what it does
  plan execute | retry PLAN   start it, or go on | again from its failed step
Look
  plan list                   the plans of this folder (--all-workspaces)
  plan status | tree PLAN     how it stands, who runs it | its steps as a tree
  plan errors PLAN            all that failed | plan show PLAN DECISION
  plan watch | events PLAN    follow it as it runs | its history, line by line
  plan delete PLAN | prune    remove it with all it has | all long ended
Steer a running plan, from any terminal
  plan pause | resume PLAN    at the next safe point, with a checkpoint
  plan stop | cancel PLAN     end the run now | end the plan for good
  plan answer PLAN DECISION OPTION | plan approve | deny PLAN
Checkpoints, and back to them
  plan checkpoint create | list | prune PLAN   (create: --label TEXT)
  plan checkpoint show | label | pin | unpin | delete PLAN CHECKPOINT
  plan checkpoint export PLAN FILE | import FILE   a whole plan as one file
  plan diff | rollback | fork PLAN CHECKPOINT   what differs | back | onwards
  plan undo | compensate | correct | apply PLAN   back | beyond | anew | accept
Know your tools and settings
  tool list | show NAME | mcp list | approve SERVER | dev mock-model SCRIPT
  config show | explain KEY | get KEY | set KEY VALUE | path | validate
  doctor | storage du gc verify | schema plan config | completion bash zsh fish

PLAN is an id, a unique beginning or end of one, or "last" (of this folder).
CHECKPOINT is a number, an id, a label, or "last".

  -C DIR         work in that folder        --json          one JSON answer
  --set KEY=VAL  override a setting         --json=stream   events as they come
  -q, --quiet    --verbose                  --no-color      --no-input
  --no-tui       lines, no screen           --accessible    for screen readers

More about one command: agents plan run --help
`;
