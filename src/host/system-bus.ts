import { access } from 'node:fs/promises';
import type { Message, MessageBus } from 'dbus-next';
import { z } from 'zod';
import { createDeadline } from '../kit/deadline.ts';
import { messageOf, SupervisorError } from '../kit/errors.ts';

/** A method of a service on the bus. */
export interface BusCall {
	/** Name of the service: `org.freedesktop.login1`. */
	readonly destination: string;
	readonly path: string;
	readonly interface: string;
	readonly member: string;
	/** The service may end before it answers: an order that was sent counts as heard. Default false. */
	readonly mayGoUnanswered?: boolean | undefined;
	/** Types of the arguments, in D-Bus' letters; absent: none. */
	readonly signature?: string | undefined;
	readonly body?: readonly unknown[] | undefined;
}

/** The host's D-Bus. */
export interface SystemBus {
	/**
	 * Calls a method on a connection of its own. @returns what the method answered
	 * @throws {SupervisorError} HOST_FAILED, also when nothing is answered in time
	 */
	call(call: BusCall): Promise<readonly unknown[]>;
}

export interface SystemBusOptions {
	/** `unix:path=/run/dbus/system_bus_socket` */
	readonly address: string;
	/** How long a call may take, in milliseconds. Default 10,000. */
	readonly timeoutMs?: number | undefined;
}

const Body = z.array(z.unknown()).catch([]);

/** Connects at every call; the library is loaded at the first one that finds a socket. */
export function createSystemBus({ address, timeoutMs = 10_000 }: SystemBusOptions): SystemBus {
	return {
		async call({ mayGoUnanswered = false, ...call }) {
			// The library would load a native module for the word `path`; with `socket` it takes Node's own sockets.
			const busAddress = address.replace('unix:path=', 'unix:socket=');
			await checkSocket(busAddress).catch((err: unknown) => {
				throw toFailure(err, call, address);
			});
			const { sessionBus, Message: BusMessage } = await import('dbus-next');
			const bus = sessionBus({ busAddress });
			try {
				const message = new BusMessage({
					...call,
					signature: call.signature ?? '',
					body: [...(call.body ?? [])],
				});
				const answer = answerOf(bus, message, { timeoutMs, mayGoUnanswered });
				return Body.parse((await answer)?.body);
			} catch (err) {
				throw toFailure(err, call, address);
			} finally {
				bus.disconnect();
			}
		},
	};
}

/** @throws when the address names a socket that is not there */
async function checkSocket(busAddress: string): Promise<void> {
	const [, socketPath] = /^unix:socket=([^,;]+)$/.exec(busAddress) ?? [];
	if (socketPath !== undefined) await access(socketPath);
}

interface Patience extends Pick<Required<BusCall>, 'mayGoUnanswered'> {
	readonly timeoutMs: number;
}

/** A connection that fails emits it, and leaves the call without an answer. */
async function answerOf(
	bus: MessageBus,
	message: Message,
	{ timeoutMs, mayGoUnanswered }: Patience,
): Promise<Message | null> {
	const deadline = createDeadline(new AbortController().signal, timeoutMs);
	const connection = { isOpen: false };
	bus.on('connect', () => (connection.isOpen = true)); // what is called before is sent then
	const broken = new Promise<never>((_resolve, reject) => void bus.on('error', reject));
	try {
		return await deadline.race(Promise.race([bus.call(message), broken]));
	} catch (err) {
		if (connection.isOpen && mayGoUnanswered && deadline.isExpired) return null;
		throw err;
	} finally {
		deadline.end();
	}
}

function toFailure(err: unknown, { destination, member }: BusCall, address: string): Error {
	const reason = messageOf(err);
	return new SupervisorError(`${destination} at ${address} refuses ${member}: ${reason}`, {
		code: 'HOST_FAILED',
		cause: err,
	});
}
