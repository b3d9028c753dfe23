import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatRelayMap } from '../../../core/index.ts';
import { createLab, type Lab } from '../../../lab/index.ts';
import { canMakeTerminal, start } from './run-command.ts';

const escape = '\u001B[';
const hideCursor = `${escape}?25l`;
const showCursor = `${escape}?25h`;
const isColoured = (text: string): boolean => text.split(escape).some((part) => /^[\d;]*m/.test(part));

describe.runIf(canMakeTerminal)('on a terminal', () => {
  let lab: Lab;
  let folder: string;
  let labFile: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'terminal-'));
    labFile = join(folder, 'lab.json');
    lab = await createLab({ relays: [{ code: 'fra', rttMs: 4 }, { code: 'par', rttMs: 40 }, { code: 'nyc', rttMs: 50 }] });
    await writeFile(labFile, JSON.stringify(formatRelayMap(lab.map)));
  });
  afterAll(async () => {
    await lab.close();
    await rm(folder, { recursive: true });
  });

  const onTerminal = (args: string[], env: Record<string, string> = {}) => start(args, { env, terminal: true });

  it.each([[{}, true], [{ NO_COLOR: '1' }, false], [{ NO_COLOR: '' }, true]])('check shows how far it is, and colours, %o', async (env, coloured) => {
    const { code, stdout } = await onTerminal(['check', '--map', labFile], env).ended;
    expect(code).toBe(0);
    expect(stdout).toMatch(/\d of \d answered/);
    expect(isColoured(stdout)).toBe(coloured);
    expect(stdout.split(showCursor)).toHaveLength(stdout.split(hideCursor).length);
    // The progress is gone before the report begins.
    expect(stdout.indexOf('Nearest relay: fra')).toBeGreaterThan(stdout.lastIndexOf(showCursor));
    expect(stdout.indexOf('Report:')).toBeGreaterThan(stdout.lastIndexOf(showCursor));
  });

  it('says what is wrong with the memory', async () => {
    const state = join(folder, 'state');
    await writeFile(state, '{');
    const { code, stdout } = await onTerminal(['check', '--map', labFile, '--state', state, '--format', 'concise']).ended;
    expect(code).toBe(0);
    expect(stdout).toContain(`note: what was remembered is unreadable; kept aside at ${state}.corrupt.1`);
  });

  it('tailscale-json comes with the warning that its readers know', async () => {
    expect((await onTerminal(['check', '--map', labFile, '--format', 'tailscale-json']).ended).stdout).toContain('# Warning: this JSON format is not yet considered a stable interface');
  });

  it('watch is a live view, which gives the cursor back when it is interrupted', async () => {
    const running = onTerminal(['watch', '--map', labFile, '--interval', '50ms'], { NO_COLOR: '1' });
    await running.until((stdout) => stdout.includes('home fra since') && stdout.includes('measuring'));
    running.interrupt();
    const { code, stdout } = await running.ended;
    expect(code).toBe(130);
    expect(stdout).toContain(hideCursor);
    expect(stdout.trimEnd().endsWith(showCursor)).toBe(true);
    expect(isColoured(stdout)).toBe(false);
  });

  it('watch --metrics says where they are', async () => {
    const running = onTerminal(['watch', '--map', labFile, '--format', 'json-line', '--metrics', '0']);
    await running.until((stdout) => /metrics at http:\/\/127\.0\.0\.1:[1-9]\d*\/metrics/.test(stdout));
    running.interrupt();
    expect((await running.ended).code).toBe(130);
  });
});
