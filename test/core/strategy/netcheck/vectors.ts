import { readFileSync } from 'node:fs';

/** The cases of a file of test vectors. */
export function vectors<Case>(name: string): Case[] {
  const text = readFileSync(new URL(`../../../vectors/${name}.json`, import.meta.url), 'utf8');
  return (JSON.parse(text) as { cases: Case[] }).cases;
}
