/** An event of the device, whatever its members. */
export type EventRecord = Readonly<Record<string, unknown>>;

const told = new Set(['id', 'at', 'type', 'appUuid', 'appId', 'serviceName', 'steps']);

/** An event as one line for people: `08:15:02 step.done web startContainer web (new image), 1.2 s`. */
export function renderEvent(event: EventRecord): string {
	const { at, type, serviceName } = event;
	const time = textOf(at).slice(11, 19);
	const words = [time, textOf(type), textOf(serviceName), describe(event)];
	return words.filter((word) => word !== '').join(' ');
}

function describe(event: EventRecord): string {
	const { type, kind, resource, cause, error, text } = event;
	if (Array.isArray(text)) return `\n${text.map((line) => `  ${String(line)}`).join('\n')}`;
	if (textOf(type).startsWith('step.')) {
		const took = typeof event.tookMs === 'number' ? `, ${(event.tookMs / 1000).toFixed(1)} s` : '';
		const fault = textOf(error) === '' ? '' : `: ${textOf(error)}`;
		return `${textOf(kind)} ${textOf(resource)} (${textOf(cause)})${took}${fault}`;
	}
	return Object.entries(event)
		.filter(([name]) => !told.has(name))
		.map(([name, value]) => `${name}=${textOf(value) || JSON.stringify(value)}`)
		.join(' ');
}

function textOf(value: unknown): string {
	return typeof value === 'string' ? value : '';
}
