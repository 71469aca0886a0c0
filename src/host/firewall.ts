import path from 'node:path';
import { SupervisorError } from '../kit/errors.ts';
import type { FirewallWish, IpFamily } from '../model/firewall.ts';
import { firewallText, parseFilter } from '../plan/host/firewall-rules.ts';
import type { Firewall } from '../ports/host-services.ts';
import { exists } from './network-facts.ts';
import { runProgram, type Program } from './run-program.ts';

export interface FirewallOptions {
	/** Folder of the programs of iptables, under the names that tell their two kinds apart. */
	readonly toolFolder: string;
	/** Mount point of the host's root file system; the lock of its own programs is there. */
	readonly rootMountpoint: string;
	/** Default `/proc`. */
	readonly proc?: string | undefined;
}

/** Rules of one kind are not seen by the programs of the other; the kernel obeys both. */
type Kind = 'nft' | 'legacy';

const programs: Readonly<Record<IpFamily, string>> = { IPv4: 'iptables', IPv6: 'ip6tables' };
/** Others may be changing rules: how long to wait for them, in seconds. */
const patience = ['-w', '10'];

/** The host's firewall by way of `iptables-restore`, as the kernel's own interfaces are out of Node's reach (ADR 12). */
export function createFirewall(options: FirewallOptions): Firewall {
	const { toolFolder, rootMountpoint, proc = '/proc' } = options;
	const lockFolder = path.join(rootMountpoint, 'run');
	const run = async (program: Omit<Program, 'env'>): Promise<string> => {
		const lockFile = path.join(lockFolder, 'xtables.lock');
		const env = (await exists(lockFolder)) ? { XTABLES_LOCKFILE: lockFile } : {};
		return runProgram({ ...program, path: path.join(toolFolder, program.path), env });
	};
	const list = (family: IpFamily, kind: Kind): Promise<string> =>
		run({ path: `${programs[family]}-${kind}`, args: [...patience, '-S'] });
	const apply = async (family: IpFamily, kind: Kind, wish: FirewallWish): Promise<void> => {
		const observed = parseFilter(await list(family, kind));
		await run({
			path: `${programs[family]}-${kind}-restore`,
			args: [...patience, '--noflush'],
			input: firewallText(wish, family, observed),
		});
	};
	return {
		async apply(wish) {
			const kind = await kindInUse((asked) => list('IPv4', asked));
			await apply('IPv4', kind, wish);
			if (await exists(path.join(proc, 'net/if_inet6'))) await apply('IPv6', kind, wish);
		},
	};
}

/** The kind that has rules already: the engine's, or ours. The older kind is not even asked unless it has to be. */
async function kindInUse(list: (kind: Kind) => Promise<string>): Promise<Kind> {
	const nft = await listed('nft', list);
	if (nft.hasRules) return 'nft';
	const legacy = await listed('legacy', list);
	if (legacy.hasRules || (nft.err !== undefined && legacy.err === undefined)) return 'legacy';
	if (nft.err !== undefined) throw nft.err;
	return 'nft';
}

interface Listed {
	readonly hasRules: boolean;
	/** Why the kind cannot be used here. */
	readonly err?: SupervisorError;
}

async function listed(kind: Kind, list: (kind: Kind) => Promise<string>): Promise<Listed> {
	try {
		return { hasRules: /^-[AN] /m.test(await list(kind)) };
	} catch (err) {
		if (err instanceof SupervisorError) return { hasRules: false, err };
		throw err;
	}
}
