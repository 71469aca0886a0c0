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
