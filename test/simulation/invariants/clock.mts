// How exactly times can be compared.
import type { World } from '../world.mts';

/** The API's clock is known to the second. */
const CLOCK_TOLERANCE = 5_000;

/** By how much n8n may be mistaken about the API's clock, in ms: until the next response, it does not know that its own has changed. */
export const clockTolerance = ({ history }: World): number =>
	history.incidents.reduce(
		(sum, incident) => sum + (incident.what === 'clock jump' ? Math.abs(1_000 * incident.seconds) : 0),
		CLOCK_TOLERANCE,
	);
