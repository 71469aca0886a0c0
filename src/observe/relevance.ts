import { labelNames } from '../model/labels.ts';
import type { EngineEvent } from '../model/observed.ts';
import type { ListName } from './observe-device.ts';

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

const lists: Readonly<Record<EngineEvent['type'], ListName>> = {
	container: 'containers',
	image: 'images',
	network: 'networks',
	volume: 'volumes',
};

/** The list that an event puts out of date. Who is attached to a network is told by the list of containers. */
export function staleListOf({ type, action }: EngineEvent): ListName {
	return action === 'connect' || action === 'disconnect' ? 'containers' : lists[type];
}
