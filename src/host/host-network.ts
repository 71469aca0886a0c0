import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import isEqual from 'lodash/isEqual.js';
import omitBy from 'lodash/omitBy.js';
import { createQueue } from '../kit/queue.ts';
import type { Logger } from '../kit/logger.ts';
import type { HostConfig, HostConfigPatch, HostNetwork, ProxyPatch } from '../ports/host-config.ts';
import type { ConfigFile } from '../ports/host.ts';
import { removeDurably, writeAtomically, writeInPlace } from './durable-write.ts';
import { isAbsent, toHostFailure } from './file-failure.ts';
import { readText } from './read-text.ts';
import { readRedsocksConf, writeRedsocksConf } from './redsocks-conf.ts';
import type { SystemdUnits } from './units.ts';

export interface HostNetworkOptions {
	/** Mount point of the host's root file system. */
	readonly rootMountpoint: string;
	/** Mount point of the host's boot partition. */
	readonly bootMountpoint: string;
	readonly configFile: ConfigFile;
	readonly units: Pick<SystemdUnits, 'look' | 'restart'>;
	readonly log: Logger;
}

/** The units that act on the proxy's files; of the first two a host has one. */
const proxyUnits = [
	'balena-proxy-config.service',
	'resin-proxy-config.service',
	'redsocks.service',
];
/** Units that are part of it are restarted by the operating system itself, as soon as the files change. */
const watchingTarget = 'redsocks-conf.target';
const nameLength = 7;

/** Name and proxy of the host as config.json and the boot partition's `system-proxy` have them (contract 1.8). */
export function createHostNetwork(options: HostNetworkOptions): HostNetwork {
	const { rootMountpoint, bootMountpoint, configFile } = options;
	const queue = createQueue();
	const files = createProxyFiles(path.join(bootMountpoint, 'system-proxy'));
	let isRestartDue = false; // stays so when the host's services could not be told
	const read = async (): Promise<HostConfig> => {
		const hostname = (await readText(path.join(rootMountpoint, 'etc/hostname'))) ?? '';
		const proxy = await files.read();
		return { hostname, ...(proxy === undefined ? {} : { proxy }) };
	};
	const change = async ({ hostname, proxy }: HostConfigPatch): Promise<void> => {
		if (hostname !== undefined) {
			const { uuid = '' } = await configFile.read();
			await configFile.update({ hostname: hostname === '' ? uuid.slice(0, nameLength) : hostname });
		}
		if (proxy === undefined) return;
		isRestartDue = (await files.change(proxy)) || isRestartDue;
		if (isRestartDue) await restartProxy(options);
		isRestartDue = false;
	};
	return {
		read: () => queue.run(read),
		change: (patch) => queue.run(() => change(patch)),
	};
}

interface ProxyFiles {
	read(): Promise<HostConfig['proxy']>;
	/** @returns false when the files said so already */
	change(patch: ProxyPatch): Promise<boolean>;
}

function createProxyFiles(folder: string): ProxyFiles {
	const confPath = path.join(folder, 'redsocks.conf');
	const exceptionsPath = path.join(folder, 'no_proxy');
	const readExceptions = async (): Promise<string[]> =>
		((await readFileIfThere(exceptionsPath)) ?? '').split(/\s+/).filter((line) => line !== '');

	const changeExceptions = async (wanted: readonly string[] | undefined): Promise<boolean> => {
		if (wanted === undefined || isEqual(wanted, await readExceptions())) return false;
		await put(exceptionsPath, wanted.length === 0 ? undefined : `${wanted.join('\n')}\n`);
		return true;
	};
	const changeConf = async (patch: Omit<ProxyPatch, 'noProxy'>): Promise<boolean> => {
		const before = await readFileIfThere(confPath);
		const merged = { ...readRedsocksConf(before ?? ''), ...patch };
		const dns = merged.dns === false ? undefined : merged.dns;
		const isRemoval = Object.keys(patch).length === 0;
		const wanted = isRemoval ? undefined : writeRedsocksConf({ ...merged, dns });
		if (wanted === before) return false;
		await put(confPath, wanted);
		return true;
	};
	return {
		async read() {
			const text = await readFileIfThere(confPath);
			if (text === undefined) return undefined;
			const noProxy = await readExceptions();
			return { ...readRedsocksConf(text), ...(noProxy.length === 0 ? {} : { noProxy }) };
		},
		async change({ noProxy, ...rest }) {
			const patch = omitBy(rest, (value) => value === undefined);
			const isAboutExceptionsOnly = noProxy !== undefined && Object.keys(patch).length === 0;
			const isOther = await changeExceptions(noProxy);
			return (!isAboutExceptionsOnly && (await changeConf(patch))) || isOther;
		},
	};
}

async function readFileIfThere(filePath: string): Promise<string | undefined> {
	try {
		return await readFile(filePath, 'utf8');
	} catch (err) {
		if (isAbsent(err)) return undefined;
		throw toHostFailure(`cannot read ${filePath}`, err);
	}
}

/** The file has this text on the disk afterwards; undefined: it is gone. */
async function put(filePath: string, text: string | undefined): Promise<void> {
	try {
		if (text === undefined) {
			await removeDurably(filePath);
			return;
		}
		await mkdir(path.dirname(filePath), { recursive: true });
		if (!(await writeAtomically(filePath, text))) await writeInPlace(filePath, text);
	} catch (err) {
		throw toHostFailure(`cannot write ${filePath}`, err);
	}
}

async function restartProxy({ units, log }: HostNetworkOptions): Promise<void> {
	for (const unit of proxyUnits) {
		const { isThere, partOf } = await units.look(unit);
		if (!isThere || partOf.includes(watchingTarget)) continue;
		log.info({ unit }, 'unit of the host is restarted for the proxy');
		await units.restart(unit);
	}
}
