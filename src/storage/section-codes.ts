import type { Section } from '../domain/plan-state.ts';

/** How a section is written in `part_versions`. They stand in files of users: never change one. */
const CODES: Readonly<Record<Section, number>> = {
  plan: 0,
  steps: 1,
  tool_calls: 2,
  decisions: 3,
  subplans: 4,
  context: 5,
  outputs: 6,
};

const ENTRIES = Object.entries(CODES) as readonly [Section, number][];
const NAMES = new Map(ENTRIES.map(([section, code]) => [code, section]));

export function sectionCode(section: Section): number {
  return CODES[section];
}

/** Of a code that is none, which only damage can bring, the name is undefined: a state with it never matches its hash. */
export function sectionOf(code: number): Section {
  return NAMES.get(code) as Section;
}

/** SQL: the name of the section whose code is in a column. */
export function sectionName(column: string): string {
  return `case ${column} ${ENTRIES.map(([section, code]) => `when ${code} then '${section}'`).join(' ')} end`;
}

/** SQL: the code of the section whose name is in a column; null for any other text. */
export function codeOfSection(column: string): string {
  return `case ${column} ${ENTRIES.map(([section, code]) => `when '${section}' then ${code}`).join(' ')} end`;
}
