import { labelNames } from '../model/labels.ts';
import type { EngineEvent } from '../model/observed.ts';

/**
 * What an event means for what was read before it: nothing; that it is out of date, of which nobody need hear; or that
 * it is out of date and somebody may have to act.
 */
export type Relevance = 'none' | 'stale' | 'changed';

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

const changing: Readonly<Record<EngineEvent['type'], ReadonlySet<string>>> = {
	container: words('create start die destroy rename pause unpause update health_status'),
	network: words('create connect disconnect destroy remove'),
	volume: words('create destroy'),
	image: words('tag untag delete'),
};

/** A new image alone gives nobody work: whoever pulled it goes on by himself. */
const quiet = words('pull import load');

export function relevanceOf({ type, action, attributes }: EngineEvent): Relevance {
	const [word = ''] = action.split(':', 1); // `health_status: healthy`
	if (type === 'container' && !(labelNames.supervised in attributes)) return 'none';
	if (changing[type].has(word)) return 'changed';
	return type === 'image' && quiet.has(word) ? 'stale' : 'none';
}
