import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Message, sessionBus, type Message as BusMessage } from 'dbus-next';
import { startPrivateBus } from '../../integration/support/private-bus.ts';
import type { Stage } from '../../support/stage.ts';

/** Stands in for the host's login manager, on a real D-Bus where the supervisor looks for the host's. */
export interface LoginManager {
	/** What it was told, in logind's words: `Reboot`, `PowerOff`. The host stays up nevertheless. */
	readonly orders: readonly string[];
	stop(): Promise<void>;
}

/** @returns undefined where the machine has no dbus-daemon */
export async function startLoginManager({
	folder,
}: Pick<Stage, 'folder'>): Promise<LoginManager | undefined> {
	const own = await startPrivateBus();
	if (own === undefined) return undefined;
	const place = join(folder.root, 'run/dbus');
	await mkdir(place, { recursive: true });
	await symlink(own.address.replace('unix:path=', ''), join(place, 'system_bus_socket'));
	const bus = sessionBus({ busAddress: own.address.replace('path=', 'socket=') });
	const orders: string[] = [];
	bus.addMethodHandler((message: BusMessage) => {
		if (message.path !== '/org/freedesktop/login1') return false;
		const isQuestion = message.member.startsWith('Can');
		if (!isQuestion) orders.push(message.member);
		bus.send(
			isQuestion
				? Message.newMethodReturn(message, 's', ['yes'])
				: Message.newMethodReturn(message),
		);
		return true;
	});
	await bus.requestName('org.freedesktop.login1', 0);
	return {
		orders,
		async stop() {
			bus.disconnect();
			await own.stop();
		},
	};
}
