import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A D-Bus of the tests' own. */
export interface PrivateBus {
	/** `unix:path=…` */
	readonly address: string;
	stop(): Promise<void>;
}

const config = (socketPath: string): string => `<!DOCTYPE busconfig PUBLIC
 "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <listen>unix:path=${socketPath}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
    <allow own="*"/>
    <allow user="*"/>
  </policy>
</busconfig>`;

/** @returns undefined where the machine has no dbus-daemon */
export async function startPrivateBus(): Promise<PrivateBus | undefined> {
	const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-bus-'));
	const configPath = path.join(folder, 'bus.conf');
	const socketPath = path.join(folder, 'bus.sock');
	await writeFile(configPath, config(socketPath));
	const args = ['--nofork', `--config-file=${configPath}`, '--print-address'];
	const daemon = spawn('dbus-daemon', args, { stdio: ['ignore', 'pipe', 'ignore'] });
	const isThere = await Promise.race([
		once(daemon.stdout, 'data').then(() => true), // its address: it listens
		once(daemon, 'error').then(() => false),
	]);
	const clean = (): Promise<void> => rm(folder, { recursive: true, force: true });
	if (!isThere) {
		await clean();
		return undefined;
	}
	return {
		address: `unix:path=${socketPath}`,
		async stop() {
			const ended = once(daemon, 'exit');
			daemon.kill();
			await ended;
			await clean();
		},
	};
}
