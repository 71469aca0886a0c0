import { z } from 'zod';
import { planEvents } from './event-plan.ts';
import { targetEvents } from './event-target.ts';
import { worldEvents } from './event-world.ts';

/** Every kind of event, in the order of the documents. */
export const eventSchemas = [...targetEvents, ...planEvents, ...worldEvents] as const;

/** Something that happened on the device, as `GET /v3/events` tells it. */
export const DeviceEvent = z
	.discriminatedUnion('type', eventSchemas)
	.describe('Something that happened on the device');
export type DeviceEvent = z.infer<typeof DeviceEvent>;

export type EventType = DeviceEvent['type'];

type WithoutStamp<T> = T extends unknown ? Omit<T, 'id' | 'at'> : never;

/** An event before it gets its number and its time. */
export type NewEvent = WithoutStamp<DeviceEvent>;

/** Takes events; never blocks and never throws. */
export type PublishEvent = (event: NewEvent) => void;

/** All there are, in the order of the documents. */
export const eventTypes: readonly EventType[] = eventSchemas.map(
	(schema) => schema.unwrap().shape.type.value,
);

/** Events that have no number: too many, and of no use later. */
const passing: ReadonlySet<string> = new Set<EventType>(['pull.progress', 'log.line']);

/** True for events that are numbered and kept. */
export function isKept(type: EventType): boolean {
	return !passing.has(type);
}

/**
 * @param wanted - types (`step.done`) or their first words (`step`); none: all types
 * @returns true if an event of this type is wanted
 */
export function matchesType(type: string, wanted: readonly string[]): boolean {
	if (wanted.length === 0) return true;
	return wanted.some((one) => type === one || type.startsWith(`${one}.`));
}
