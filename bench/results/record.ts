import { Compile } from 'typebox/compile';
import { ResultRecord } from '../contract.js';

/** What is wrong with a record, for the end of a sentence. */
export type Fault = string;

/** One for each kind of record, so that a fault is told of the kind that was meant, not of all of them. */
const VALIDATORS = new Map(ResultRecord.anyOf.map((schema) => [nameOf(schema.properties), Compile(schema)] as const));

function nameOf(properties: (typeof ResultRecord.anyOf)[number]['properties']): string {
  const { kind } = properties;
  return 'protocol' in properties ? `${kind.const} ${properties.protocol.const}` : kind.const;
}

/** @returns undefined where the value is a record that can be written and read again: all numbers are finite. */
export function faultOf(value: unknown): Fault | undefined {
  const { kind, protocol } = (value ?? {}) as { kind?: unknown; protocol?: unknown };
  const name = kind === 'round' ? `${kind} ${protocol}` : kind;
  const validator = VALIDATORS.get(name as string);
  if (!validator) return `kind is ${JSON.stringify(name)}, not one of ${[...VALIDATORS.keys()].join(', ')}`;
  if (validator.Check(value)) return undefined;
  const [error] = validator.Errors(value);
  return `${name}: ${error?.instancePath || '/'} ${error?.message ?? 'is not valid'}`;
}

/** `isJson`: the line is whole, for the beginning of an object is none. */
export type Parsed = { readonly record: ResultRecord } | { readonly fault: Fault; readonly isJson: boolean };

export function parseRecord(line: string): Parsed {
  let record: unknown;
  try {
    record = JSON.parse(line);
  } catch (error) {
    return { fault: `not JSON (${error instanceof Error ? error.message : error})`, isJson: false };
  }
  const fault = faultOf(record);
  return fault === undefined ? { record: record as ResultRecord } : { fault, isJson: true };
}

/** With its line break. */
export function formatRecord(record: ResultRecord): string {
  return `${JSON.stringify(record)}\n`;
}
