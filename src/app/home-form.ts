import { secretInputsOf } from '../documents/check-secret-names.ts';
import { findInputFault, parseInput } from '../documents/input-values.ts';
import { loadDocument } from '../documents/load-document.ts';
import { canonicalJson, type Json } from '../domain/json.ts';
import type { InputSpec, PlanDocument } from '../domain/plan-document.ts';
import type { HomeForm, HomeInput } from '../ports/home-source.ts';
import type { DocumentPlace } from './home-documents.ts';

export interface FormPlace extends DocumentPlace {
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What a document asks for before it can run. @throws DocumentError */
export async function readHomeForm(file: string, place: FormPlace, workspace: string): Promise<HomeForm> {
  const { document } = await loadDocument(file, { tools: await place.tools(), cwd: place.cwd });
  const plain = Object.entries(document.inputs)
    .filter(([, spec]) => !spec.secret)
    .map(([name, spec]) => plainInput(name, spec));
  const { name, goal } = document;
  return { file, name, goal, workspace, inputs: [...plain, ...secretInputs(document, place.env)] };
}

function plainInput(name: string, spec: InputSpec): HomeInput {
  const { type, description, options } = spec;
  return {
    fallback: spec.default === undefined ? null : textOf(spec.default),
    options: options?.map(textOf) ?? null,
    secret: false,
    faultOf: (text) => findInputFault(parseInput(text, type) ?? text, spec),
    name,
    type,
    description,
  };
}

/** Those of included documents too; each name once. */
function secretInputs(document: PlanDocument, env: FormPlace['env']): readonly HomeInput[] {
  const byName = new Map(secretInputsOf(document).map((secret) => [secret.name, secret]));
  return [...byName.values()].map(({ name, variable }) => ({
    type: 'string',
    description: document.inputs[name]?.description ?? null,
    fallback: env[variable] ? `$${variable}` : null,
    options: null,
    secret: true,
    faultOf: () => null,
    name,
  }));
}

const textOf = (value: Json): string => (typeof value === 'string' ? value : canonicalJson(value));
