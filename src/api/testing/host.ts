import type { HostApi } from '../host-deps.ts';

/** A host that notes what it was asked. */
export function hostOf(calls: { log: string[] }): HostApi {
	const note = (text: string): Promise<void> => Promise.resolve(void calls.log.push(text));
	return {
		network: {
			read: () =>
				Promise.resolve({
					hostname: 'gate-12',
					proxy: {
						type: 'socks5',
						ip: '10.20.0.9',
						port: 1080,
						login: 'svc',
						password: 'pw',
						dns: '9.9.9.9:53',
						noProxy: ['10.20.0.0/16'],
					},
				}),
		},
		changeNetwork: (patch, { force }) => note(`host-config ${JSON.stringify(patch)} ${force}`),
		vpn: { status: () => Promise.resolve({ enabled: true, connected: false }) },
		light: { blink: () => void calls.log.push('blink') },
		journal: {
			read: async (query) => {
				await note(`journal ${JSON.stringify(query)}`);
				return journalLines();
			},
		},
		tags: {
			read: () => Promise.resolve([{ id: 9, name: 'site', value: 'hall-7' }]),
			set: (tags) => note(`tags ${JSON.stringify(tags)}`),
		},
		cleanUpVolumes: (isInScope) =>
			note(`clean up volumes of ${[1, 2].filter(isInScope).join(' and ')}`),
		setConnectivityCheck: (isOn) => note(`connectivity check ${isOn}`),
	};
}

async function* journalLines(): AsyncGenerator<Uint8Array> {
	await Promise.resolve();
	yield Buffer.from('Nov 20 07:00:00 gate-12 kernel: hello\n');
}
