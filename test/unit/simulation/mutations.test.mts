import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MUTATIONS } from '../../simulation/mutations.mts';

/** The mistakes are made in the sources by their text, which changes; whether the simulation finds them takes an hour. */

test.each(MUTATIONS)('a place for the mistake: $name', ({ file, from }) => {
	const source = readFileSync(join('nodes/Thoughtly', file), 'utf8');
	expect(source.split(from)).toHaveLength(2);
});
