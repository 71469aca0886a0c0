import type { LogLine } from '../model/log-line.ts';

/** Longest message the cloud shows, in characters; longer ones are cut and end in this. */
const longestMessage = 10_000;
const cutMark = '[...]';

/** Lines on their way to the cloud, as they go on the wire; bounded: what does not fit is dropped and counted. */
export class LogBuffer {
	readonly #limitBytes: number;
	readonly #lines: string[] = [];
	#sizeBytes = 0;
	#dropped = 0;
	#droppedEver = 0;
	#droppedAtMs = 0;

	/** @param limitBytes - default 256 KiB */
	constructor(limitBytes = 256 * 1024) {
		this.#limitBytes = limitBytes;
	}

	/** Lines that were dropped since the beginning. */
	get droppedLines(): number {
		return this.#droppedEver;
	}

	get isEmpty(): boolean {
		return this.#lines.length === 0 && this.#dropped === 0;
	}

	/** Lines that belong to no service and are not the system's are not taken: the cloud could not show them. */
	add(line: LogLine): void {
		if (!line.isSystem && line.serviceId === undefined) return;
		// a full buffer is found out before the costs of encoding: there may be a flood
		const hasHope =
			this.#sizeBytes + Math.min(line.message.length, longestMessage) < this.#limitBytes;
		const text = hasHope ? encodeLogLine(line) : '';
		if (!hasHope || this.#sizeBytes + Buffer.byteLength(text) > this.#limitBytes) {
			this.#dropped += 1;
			this.#droppedEver += 1;
			this.#droppedAtMs = line.timestampMs;
			return;
		}
		if (this.#dropped > 0) this.#push(this.#takeWarning());
		this.#push(text);
	}

	/** @returns the oldest line with its line feed, or undefined when there is none */
	take(): string | undefined {
		const text = this.#lines.shift();
		if (text === undefined) return this.#dropped > 0 ? this.#takeWarning() : undefined;
		this.#sizeBytes -= Buffer.byteLength(text);
		return text;
	}

	clear(): void {
		this.#lines.length = 0;
		this.#sizeBytes = 0;
		this.#dropped = 0;
	}

	#push(text: string): void {
		this.#lines.push(text);
		this.#sizeBytes += Buffer.byteLength(text);
	}

	#takeWarning(): string {
		const message = `Warning: Suppressed ${this.#dropped} message(s) due to high load`;
		this.#dropped = 0;
		return encodeLogLine({
			message,
			timestampMs: this.#droppedAtMs,
			isSystem: true,
			isStdErr: true,
		});
	}
}

/** One line of the stream (contract 2.4); flags that are false are left out. */
export function encodeLogLine(line: LogLine): string {
	const { message, timestampMs, isSystem, isStdErr, serviceId } = line;
	const text =
		message.length > longestMessage
			? `${message.slice(0, longestMessage - cutMark.length)}${cutMark}`
			: message;
	const entry = {
		message: text,
		timestamp: timestampMs,
		...(isSystem ? { isSystem } : {}),
		...(isStdErr ? { isStdErr } : {}),
		...(serviceId === undefined ? {} : { serviceId }),
	};
	return `${JSON.stringify(entry)}\n`;
}
