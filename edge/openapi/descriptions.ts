import { description as dashboard } from '../routes/dashboard.ts';
import { description as echo } from '../routes/echo.ts';
import { description as fleet } from '../routes/fleet.ts';
import { description as healthz } from '../routes/healthz.ts';
import { description as hint } from '../routes/hint.ts';
import { description as latency } from '../routes/latency.ts';
import { description as metrics } from '../routes/metrics.ts';
import { description as openapi } from '../routes/openapi.ts';
import { description as probe } from '../routes/probe.ts';
import { description as relays } from '../routes/relays.ts';
import { description as reports } from '../routes/reports.ts';
import { description as settingsRegions } from '../routes/settings-regions.ts';
import type { Description } from './description.ts';

/** What each route says of itself, in the document's order. */
export const descriptions: readonly Description[] = [dashboard, relays, latency, hint, reports, fleet, settingsRegions, probe, echo, healthz, metrics, openapi];
