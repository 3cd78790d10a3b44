// How exactly times can be compared.
import type { World } from '../world.mts';

/** The API's clock is known to the second. */
const CLOCK_TOLERANCE = 5_000;

/**
 * How far n8n may be off about the API's clock, in ms: it only notices at the next response that its own clock has changed.
 * @param until when it is asked, in ms epoch
 */
export const clockTolerance = ({ jumps }: World, until = Infinity): number =>
	jumps.reduce((sum, { at, ms }) => sum + (at <= until ? Math.abs(ms) : 0), CLOCK_TOLERANCE);
