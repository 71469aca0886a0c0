import type { Random } from '../../src/kit/random.ts';

const first = ['morning', 'quiet', 'amber', 'distant', 'steady', 'northern', 'silver', 'patient'];
const second = ['shadow', 'harbour', 'meadow', 'lantern', 'ridge', 'anchor', 'cedar', 'tide'];

const pick = (words: readonly string[], random: Random): string =>
	words[Math.floor(random.fraction() * words.length)] ?? 'plain';

/** Two words, for a device that nobody has named. */
export const inventDeviceName = (random: Random): string =>
	`${pick(first, random)}-${pick(second, random)}`;
