import { linesOf } from '../kit/text-lines.ts';
import type { ContainerEngine } from '../ports/container-engine.ts';
import type { EngineEvent } from '../model/observed.ts';
import type { EngineConnection } from './connection.ts';
import { unavailable } from './errors.ts';
import { parseJsonObject } from './lines.ts';

const types: readonly string[] = ['container', 'image', 'network', 'volume'];

/**
 * Actions that may change the observed state; the engine sends no others, so health checks, execs and attached terminals
 * wake nobody.
 */
const actions = [
	'create start die destroy rename pause unpause update health_status',
	'pull tag untag delete import load',
	'connect disconnect remove',
].flatMap((words) => words.split(' '));

export function createEventCalls({ stream }: EngineConnection): Pick<ContainerEngine, 'events'> {
	return {
		async *events(signal, onOpen) {
			const filters = { type: [...types], event: actions };
			const chunks = stream(signal, {
				onOpen,
				open: (docker, abortSignal) =>
					docker.getEvents({ filters: filters as object, abortSignal }),
			});
			for await (const line of linesOf(chunks)) {
				const event = parseEvent(line);
				if (event !== undefined) yield event;
			}
			if (!signal.aborted) throw unavailable('it closed the event stream');
		},
	};
}

/** @returns undefined for a line that is no event of ours */
export function parseEvent(line: string): EngineEvent | undefined {
	const raw = parseJsonObject(line) as RawEvent | undefined;
	if (raw?.Type === undefined || raw.Action === undefined || raw.Actor?.ID === undefined) {
		return undefined;
	}
	if (!isEventType(raw.Type)) return undefined;
	return {
		type: raw.Type,
		action: raw.Action,
		objectId: raw.Actor.ID,
		attributes: raw.Actor.Attributes ?? {},
		// As a number it would lose its last digits.
		timeNano: /"timeNano":\s*(\d+)/.exec(line)?.[1] ?? '0',
	};
}

function isEventType(type: string): type is EngineEvent['type'] {
	return types.includes(type);
}

interface RawEvent {
	readonly Type?: string;
	readonly Action?: string;
	readonly Actor?: {
		readonly ID?: string;
		readonly Attributes?: Readonly<Record<string, string>> | null;
	};
}
