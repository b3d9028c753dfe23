import { fieldsOf, flag, items, numberIn, oneOf, required, text, type Field } from '../map/reader.ts';
import type { Preferences } from '../model/context.ts';
import { entriesOf, epochMs, listOfTexts } from './report-form.ts';
import type { RecordedContext } from './trace-reader.ts';

const figure = numberIn('a number');
const durationMs = numberIn('a number of ms from 0', 0);
const count = numberIn('a number from 0', 0);
const share = numberIn('a number from 0 to 1', 0, 1);

const mostOfVantages = 1_000;

/** Checks what strategies read of a context, and gives it back as it was recorded. Throws `RelayMapError` with the place. */
export function checkContext(whole: Field): RecordedContext {
  const field = fieldsOf(whole);
  epochMs(required(field('now')));
  flag(required(field('full')));
  const families = fieldsOf(required(field('families')));
  for (const name of ['v4', 'v6']) flag(required(families(name)));
  if (field('can').value !== undefined) for (const able of entriesOf(field('can'))) listOfTexts(able);
  if (field('home').value !== undefined) checkHome(field('home'));
  if (field('heard').value !== undefined) for (const heard of entriesOf(field('heard'))) epochMs(heard);
  if (field('preferences').value !== undefined) checkPreferences(field('preferences'));
  if (field('network').value !== undefined) checkNetwork(field('network'));
  flag(field('asked'));
  text(required(field('clientKey')));
  share(required(field('chance')));
  flag(field('priorDue'));
  if (field('prior').value !== undefined) checkPrior(field('prior'));
  const context = whole.value as RecordedContext;
  return field('budget').value === undefined ? context : { ...context, budget: budgetIn(field('budget')) };
}

function checkPrior(whole: Field): void {
  const field = fieldsOf(whole);
  listOfTexts(required(field('ranked')));
  if (field('latencyMs').value !== undefined) for (const latency of entriesOf(field('latencyMs'))) durationMs(latency);
  durationMs(required(field('ageMs')));
  if (field('vantages').value === undefined) return;
  const vantages = fieldsOf(field('vantages'));
  listOfTexts(required(vantages('regions')));
  for (const row of items(required(vantages('latencyMs')), mostOfVantages)) for (const ms of items(row, mostOfVantages)) if (ms.value !== null) durationMs(ms);
}

/** JSON knows no infinity: what is not limited is `null` there. */
function budgetIn(whole: Field): NonNullable<RecordedContext['budget']> {
  const left = (field: Field): number => (field.value === null ? Infinity : (count(required(field)) ?? Infinity));
  const field = fieldsOf(whole);
  return { packetsLeft: left(field('packetsLeft')), bytesLeft: left(field('bytesLeft')) };
}

function checkHome(whole: Field): void {
  const field = fieldsOf(whole);
  text(required(field('region')));
  flag(field('alive'));
}

function checkNetwork(whole: Field): void {
  const field = fieldsOf(whole);
  text(required(field('id')));
  for (const name of ['udpWorks', 'changed']) flag(field(name));
  figure(field('gapMs'));
}

/** The same for preferences. */
export function checkPreferences(whole: Field): Preferences {
  const field = fieldsOf(whole);
  text(field('pin'));
  for (const name of ['prefer', 'avoid', 'drain']) listOfTexts(field(name));
  if (field('latencyFactor').value !== undefined) for (const factor of entriesOf(field('latencyFactor'))) figure(factor);
  if (field('nodes').value !== undefined) for (const node of entriesOf(field('nodes'))) oneOf(node, ['prefer', 'avoid', 'drain']);
  return whole.value as Preferences;
}
