import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** From where a connection comes: a machine on a network of its own, or a container on the supervisor's. */
export type Caller = 'stranger' | 'service';

/** What became of connections that were tried one after the other. */
export interface Tally {
	readonly taken: number;
	readonly refused: number;
}

/** A device with two networks, in network namespaces of the tests' own: nothing of it touches the machine's network. */
export interface NetLab {
	/** Programs of iptables that work on the device; see FirewallOptions.toolFolder. */
	readonly toolFolder: string;
	/** Stands in for the root file system of the device. */
	readonly root: string;
	/** Runs a program on the device. @returns what it wrote */
	readonly exec: (...argv: string[]) => Promise<string>;
	/** The device takes connections at these ports from now on. */
	readonly listen: (...ports: number[]) => Promise<void>;
	/** Tries one connection to the device. @returns whether it was taken */
	readonly connect: (from: Caller, port: number) => Promise<boolean>;
	/** Tries connections one after the other until told to end. */
	readonly connectOn: (from: Caller, port: number) => Promise<() => Promise<Tally>>;
	readonly remove: () => Promise<void>;
}

const networks: Readonly<Record<Caller, { bridge: string; device: string; caller: string }>> = {
	stranger: { bridge: 'hf-lan', device: '10.77.66.1', caller: '10.77.66.2' },
	service: { bridge: 'supervisor0', device: '10.114.104.1', caller: '10.114.104.2' },
};
const tools = ['iptables', 'ip6tables'].flatMap((name) =>
	['nft', 'legacy'].flatMap((kind) => [`${name}-${kind}`, `${name}-${kind}-restore`]),
);

/** True where a lab can be made: by root, with `ip` and both kinds of iptables. */
export async function canMakeNetLab(): Promise<boolean> {
	const name = `hf-probe-${randomBytes(3).toString('hex')}`;
	try {
		await run('ip', ['netns', 'add', name]);
		await run('ip', ['netns', 'exec', name, 'iptables-legacy', '-S']);
		await run('ip', ['netns', 'exec', name, 'iptables-nft', '-S']);
		return true;
	} catch {
		return false;
	} finally {
		await run('ip', ['netns', 'del', name]).catch(() => undefined);
	}
}

export async function makeNetLab(): Promise<NetLab> {
	const id = randomBytes(3).toString('hex');
	const device = `hf-fw-${id}`;
	const spaceOf = (caller: Caller): string => `${device}-${caller}`;
	const spaces = [device, spaceOf('stranger'), spaceOf('service')];
	const children: ChildProcess[] = [];
	const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-lab-'));
	const start = async (space: string, script: string, ...args: string[]): Promise<Talker> => {
		const node = [process.execPath, '-e', script, ...args];
		const child = spawn('ip', ['netns', 'exec', space, ...node], {
			stdio: ['pipe', 'pipe', 'inherit'],
		});
		children.push(child);
		const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
		await lines.next(); // it is ready
		return { lines, end: () => void child.stdin.end() };
	};
	await makeTools(folder, device);
	await Promise.all(spaces.map((space) => run('ip', ['netns', 'add', space])));
	await inSpace(device, 'ip', 'link', 'set', 'lo', 'up');
	for (const caller of ['stranger', 'service'] as const) {
		await plug(caller, { device, space: spaceOf(caller) });
	}
	return {
		toolFolder: path.join(folder, 'tools'),
		root: folder,
		exec: (...argv) => inSpace(device, ...argv),
		async listen(...ports) {
			await start(device, listenScript, ...ports.map(String));
		},
		async connect(from, port) {
			const tally = await start(
				spaceOf(from),
				connectScript,
				networks[from].device,
				`${port}`,
				'1',
			);
			return (await talliedBy(tally)).taken === 1;
		},
		async connectOn(from, port) {
			const talker = await start(spaceOf(from), connectScript, networks[from].device, `${port}`);
			return () => {
				talker.end();
				return talliedBy(talker);
			};
		},
		async remove() {
			for (const child of children) child.kill('SIGKILL');
			await Promise.all(spaces.map((space) => run('ip', ['netns', 'del', space])));
			await rm(folder, { recursive: true, force: true });
		},
	};
}

async function inSpace(space: string, ...argv: string[]): Promise<string> {
	return (await run('ip', ['netns', 'exec', space, ...argv])).stdout;
}

async function makeTools(folder: string, space: string): Promise<void> {
	for (const name of ['tools', 'run']) await mkdir(path.join(folder, name));
	for (const tool of tools) {
		const file = path.join(folder, 'tools', tool);
		await writeFile(
			file,
			`#!/bin/sh\nPATH=/usr/sbin:/usr/bin:/sbin:/bin exec ip netns exec ${space} ${tool} "$@"\n`,
		);
		await chmod(file, 0o755);
	}
}

/** Connects a caller with a bridge of the device. */
async function plug(
	caller: Caller,
	{ device, space }: { readonly device: string; readonly space: string },
): Promise<void> {
	const { bridge, ...addresses } = networks[caller];
	const port = `p-${caller}`;
	await inSpace(device, 'ip', 'link', 'add', bridge, 'type', 'bridge');
	await inSpace(device, 'ip', 'addr', 'add', `${addresses.device}/24`, 'dev', bridge);
	const pair = ['ip', 'link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', space];
	await inSpace(device, ...pair);
	await inSpace(device, 'ip', 'link', 'set', port, 'master', bridge, 'up');
	await inSpace(device, 'ip', 'link', 'set', bridge, 'up');
	await inSpace(space, 'ip', 'addr', 'add', `${addresses.caller}/24`, 'dev', 'eth0');
	await inSpace(space, 'ip', 'link', 'set', 'eth0', 'up');
}

const listenScript = `
const ports = process.argv.slice(1).map(Number);
const open = (port) => new Promise((resolve) =>
	require('node:net').createServer((socket) => socket.on('error', () => {}).resume()).listen(port, '0.0.0.0', resolve));
Promise.all(ports.map(open)).then(() => console.log('ready'));
`;

/** Says \`ready\`, then tries; the tally comes when its input ends, or after so many. */
const connectScript = `
const [host, port, limit = 'Infinity'] = process.argv.slice(1);
const tally = { taken: 0, refused: 0 };
let isAsked = false;
process.stdin.on('end', () => (isAsked = true)).resume();
const tryOnce = () => new Promise((resolve) => {
	const socket = require('node:net').connect({ host, port: Number(port) });
	socket.on('connect', () => { tally.taken += 1; socket.destroy(); });
	socket.on('error', () => { tally.refused += 1; });
	socket.on('close', resolve);
});
(async () => {
	console.log('ready');
	do await tryOnce(); while (!isAsked && tally.taken + tally.refused < Number(limit));
	console.log(JSON.stringify(tally));
	process.exit();
})();
`;

/** A program that says line by line how it gets on. */
interface Talker {
	readonly lines: AsyncIterator<string>;
	/** Tells it to come to an end. */
	readonly end: () => void;
}

async function talliedBy({ lines }: Talker): Promise<Tally> {
	const line = await lines.next();
	if (line.done === true) throw new Error('it ended without a tally');
	return JSON.parse(line.value) as Tally;
}
