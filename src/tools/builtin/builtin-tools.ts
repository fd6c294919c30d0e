import type { ProcessTable } from '../../ports/process-table.ts';
import type { Tool } from '../../ports/tool.ts';
import { fsEdit } from './fs-edit.ts';
import { fsCopy, fsDelete, fsMkdir, fsMove } from './fs-entries.ts';
import { fsGlob } from './fs-glob.ts';
import { fsGrep } from './fs-grep.ts';
import { fsPatch } from './fs-patch.ts';
import { fsRead } from './fs-read.ts';
import { fsWrite } from './fs-write.ts';
import { httpRequest } from './http-request.ts';
import { planNote, planSet } from './plan-tools.ts';
import { planSpawn } from './plan-spawn.ts';
import { createShellRun } from './shell-run.ts';

/** Every tool that a plan has without any configuration. */
export function createBuiltinTools({ processes }: { readonly processes: ProcessTable }): readonly Tool[] {
  return [
    fsRead,
    fsWrite,
    fsEdit,
    fsPatch,
    fsDelete,
    fsMove,
    fsCopy,
    fsMkdir,
    fsGlob,
    fsGrep,
    createShellRun(processes),
    httpRequest,
    planNote,
    planSet,
    planSpawn,
  ];
}
