import type { z } from 'zod';
import { eventSchemas } from '../../src/model/event.ts';
import { isKept } from '../../src/model/event-choice.ts';
import { code, generatedNote, toTable } from './markdown.ts';

/** Members that every event has are told once. */
const common = ['id', 'at', 'type'];

/** docs/events.md */
export function makeEvents(): string {
	const rows = eventSchemas.map((schema) => {
		const { shape } = schema.unwrap();
		const type = shape.type.value;
		const members = Object.entries<z.ZodType>(shape).filter(([name]) => !common.includes(name));
		return [code(type), schema.description ?? '', members.map(toMember).join(', ')];
	});
	return [
		generatedNote('src/model/event*.ts'),
		'# Events',
		'`GET /v3/events` tells what happens on the device as it happens, as Server-Sent Events: `id` is the number of the event, `event` its type, `data` a JSON object with the members below, `id`, `at` (RFC 3339) and `type`.',
		'- A client that comes back with `Last-Event-ID`, or with `?after=NUMBER`, gets what it missed. The last thousand events are kept, half a megabyte at most, over restarts too; where something is not kept any more, a `gap` comes first.\n- `?types=step,plan.made` chooses types, `?app=` an app by uuid or number, `?service=` a service, `?logs=1` adds the lines of all logs, `?logs=NAME` those of a service.\n- A comment comes every 15 seconds. A reader that takes too little for too long is dropped; it may come back and goes on where it was.\n- The key of an app is told of that app only.',
		'```sh\ncurl -N -H "Authorization: Bearer $KEY" "http://$DEVICE:48484/v3/events?after=0&types=step,app"\n```',
		toTable(['Type', 'Meaning', 'Members; `?`: may be absent'], rows),
		`Not numbered and not kept: ${rows
			.map(([type = '']) => type)
			.filter((type) => !keptNames.has(type))
			.join(', ')}.`,
	].join('\n\n');
}

const keptNames: ReadonlySet<string> = new Set(
	eventSchemas
		.map((schema) => schema.unwrap().shape.type.value)
		.filter(isKept)
		.map(code),
);

function toMember([name, schema]: readonly [string, z.ZodType]): string {
	return code(`${name}${schema.safeParse(undefined).success ? '?' : ''}`);
}
