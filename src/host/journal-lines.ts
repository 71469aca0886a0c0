import type { LogLine } from '../model/log-line.ts';

/** Services of the operating system whose words are part of the device's log (contract 5.8). */
const services = [
	'os-power-mode',
	'os-fan-profile',
	'nvpmodel',
	'jetson-qspi-manager',
	'os-update',
].map((name) => `${name}.service`);

/** journald's own note that it dropped messages. https://www.freedesktop.org/software/systemd/man/systemd.journal-fields.html */
const droppedId = 'a596d6fe7bfa4994828e72309e95d61e';

/** What journalctl is to show: any of these. */
export const journalMatches: readonly string[] = [
	...services.map((service) => `_SYSTEMD_UNIT=${service}`),
	'+',
	`MESSAGE_ID=${droppedId}`,
];

export const journalFields: readonly string[] = ['MESSAGE', 'MESSAGE_ID', 'PRIORITY', 'N_DROPPED'];

export interface JournalLine {
	/** Where journalctl goes on after it. */
	readonly cursor: string;
	/** Undefined for an entry that is of no interest. */
	readonly line: LogLine | undefined;
}

/** @param text - a line of `journalctl --output=json`. @returns undefined for what is none */
export function parseJournalLine(text: string): JournalLine | undefined {
	const entry = parseEntry(text);
	const { __CURSOR: cursor, __REALTIME_TIMESTAMP: micros } = entry;
	if (typeof cursor !== 'string' || cursor === '') return undefined;
	const message = entry.MESSAGE_ID === droppedId ? dropNote(entry) : toText(entry.MESSAGE);
	if (message === undefined) return { cursor, line: undefined };
	const timestampMs = Math.floor(Number(micros) / 1000);
	const isStdErr = entry.MESSAGE_ID === droppedId || Number(entry.PRIORITY ?? 6) <= 3;
	return { cursor, line: { message, timestampMs, isSystem: true, isStdErr } };
}

interface RawEntry {
	readonly __CURSOR?: unknown;
	readonly __REALTIME_TIMESTAMP?: unknown;
	readonly MESSAGE?: unknown;
	readonly MESSAGE_ID?: unknown;
	readonly PRIORITY?: unknown;
	readonly N_DROPPED?: unknown;
}

function parseEntry(text: string): RawEntry {
	try {
		const value: unknown = JSON.parse(text);
		return typeof value === 'object' && value !== null ? value : {};
	} catch {
		return {};
	}
}

/** Bytes that are no text come as a list of numbers, fields that occur twice as a list of texts. */
function toText(value: unknown): string | undefined {
	if (typeof value === 'string') return value;
	if (!Array.isArray(value)) return undefined;
	const parts: readonly unknown[] = value;
	if (parts.every((part) => typeof part === 'number')) return Buffer.from(parts).toString('utf8');
	return parts.filter((part) => typeof part === 'string').join(' ');
}

const ofEngine = /from ((?:balena|balena-engine|docker|podman)\.service)/;

/** Where the engine logs to journald, the lines of services are among what was dropped; whose they were is not known. */
function dropNote({ MESSAGE, N_DROPPED }: RawEntry): string | undefined {
	const text = toText(MESSAGE) ?? '';
	const unit = ofEngine.exec(text)?.[1];
	if (unit === undefined) return undefined;
	const count = toText(N_DROPPED) ?? /\d+/.exec(text)?.[0] ?? 'some';
	return `Warning: the journal dropped ${count} message(s) of ${unit}, lines of services may be among them`;
}
