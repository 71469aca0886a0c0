import { createFirewall } from '../host/firewall.ts';
import { hasHostNetwork } from '../host/network-namespace.ts';
import { aborted, type Job } from '../kit/job.ts';
import { createFirewallKeeper } from '../loop/host/firewall-keeper.ts';
import { computeFirewallWish } from '../plan/host/firewall-wish.ts';
import type { Basis } from './basis.ts';
import type { Loop } from './loop.ts';
import { listenOverrideOf } from './listen-override.ts';

export interface FirewallParts {
	readonly loop: Pick<Loop, 'board'>;
	/** Tells people something: a system message. */
	readonly announce: (message: string) => void;
}

/** Keeps the host's firewall; nothing where the environment names no programs for it, or the network is not the host's. */
export function firewallJobs(basis: Basis, { loop, announce }: FirewallParts): readonly Job[] {
	const { configJson, environment, settings, store } = basis;
	const { iptablesFolder, rootMountpoint } = environment;
	if (iptablesFolder === undefined) return [];
	const firewall = createFirewall({ toolFolder: iptablesFolder, rootMountpoint });
	const isApiOpen = (): boolean => configJson.apiEndpoint === '' || settings.current().localMode;
	return [
		{
			name: 'firewall',
			async run(signal) {
				if (!(await hasHostNetwork({ rootMountpoint }))) {
					basis.log.info({}, 'no firewall: this container has a network of its own');
					await aborted(signal);
					return;
				}
				const override = await listenOverrideOf(store);
				const keeper = createFirewallKeeper({
					...{ ...basis, announce, firewall, board: loop.board },
					wish: ({ target, observed }) =>
						computeFirewallWish({
							settings: settings.current(),
							isApiOpen: isApiOpen(),
							apiPort: configJson.listenPort,
							overridePort: override?.port,
							target,
							observed,
						}),
				});
				await keeper.run(signal);
			},
		},
	];
}
