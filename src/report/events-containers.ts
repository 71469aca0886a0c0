import type { NewEvent } from '../model/event.ts';
import { labelNames } from '../model/labels.ts';
import type { EngineEvent } from '../model/observed.ts';

/** @returns what an event of the engine says of a container of ours; undefined for all others */
export function eventOfContainer({
	type,
	action,
	objectId,
	attributes,
}: EngineEvent): NewEvent | undefined {
	if (type !== 'container' || !(labelNames.supervised in attributes)) return undefined;
	const appId = Number(attributes[labelNames.appId] ?? Number.NaN);
	const container = {
		appUuid: attributes[labelNames.appUuid],
		appId: Number.isSafeInteger(appId) ? appId : undefined,
		serviceName: attributes[labelNames.serviceName],
		containerId: objectId,
		name: attributes.name ?? '',
	};
	const [word = '', result = ''] = action.split(': ', 2); // `health_status: healthy`
	if (word === 'health_status') {
		const health = isHealth(result) ? result : 'starting';
		return { type: 'container.health', ...container, health };
	}
	if (word === 'die') return { type: 'container.exited', ...container, ...exitOf(attributes) };
	const known = plain.get(word);
	return known && { type: known, ...container };
}

const plain: ReadonlyMap<string, PlainType> = new Map<string, PlainType>([
	['create', 'container.created'],
	['start', 'container.started'],
	['pause', 'container.paused'],
	['unpause', 'container.resumed'],
	['rename', 'container.renamed'],
	['destroy', 'container.removed'],
]);

type PlainType =
	| 'container.created'
	| 'container.started'
	| 'container.paused'
	| 'container.resumed'
	| 'container.renamed'
	| 'container.removed';

function isHealth(text: string): text is 'starting' | 'healthy' | 'unhealthy' {
	return text === 'starting' || text === 'healthy' || text === 'unhealthy';
}

function exitOf({ exitCode }: EngineEvent['attributes']): { readonly exitCode?: number } {
	const code = Number(exitCode ?? Number.NaN);
	return Number.isSafeInteger(code) ? { exitCode: code } : {};
}
