import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { SupervisorError } from '../kit/errors.ts';
import { silentLogger } from '../kit/logger.ts';
import type { HostNetwork, ProxyPatch } from '../ports/host-config.ts';
import { createConfigFile } from './config-file.ts';
import { createHostNetwork } from './host-network.ts';
import { makeTempTree, type TempTree } from './testing/temp-tree.ts';
import type { SystemdUnits, UnitState } from './units.ts';

const proxy = { type: 'socks5', ip: '10.20.0.9', port: 1080 };
const there: UnitState = { isThere: true, isActive: true, partOf: [] };

describe('the name and the proxy of the host', () => {
	let tree: TempTree;
	let network: HostNetwork;
	let restarted: string[];
	let units: Record<string, UnitState>;
	let isBusAway: boolean;
	const confPath = (): string => path.join(tree.root, 'boot/system-proxy/redsocks.conf');
	const exceptionsPath = (): string => path.join(tree.root, 'boot/system-proxy/no_proxy');
	const config = async (): Promise<unknown> =>
		JSON.parse(await readFile(path.join(tree.root, 'boot/config.json'), 'utf8'));
	const hostUnits: Pick<SystemdUnits, 'look' | 'restart'> = {
		look: (unit) => Promise.resolve(units[unit] ?? { ...there, isThere: false }),
		restart: (unit) => {
			if (isBusAway) return Promise.reject(new SupervisorError('no bus', { code: 'HOST_FAILED' }));
			restarted.push(unit);
			return Promise.resolve();
		},
	};

	beforeEach(async () => {
		tree = await makeTempTree();
		await tree.write({
			'etc/hostname': 'gate-12\n',
			'boot/config.json': JSON.stringify({ uuid: '5c1d0f6be2a94b7f8c3355aa90e7d214', other: 1 }),
		});
		restarted = [];
		isBusAway = false;
		units = { 'balena-proxy-config.service': there, 'redsocks.service': there };
		network = createHostNetwork({
			rootMountpoint: tree.root,
			bootMountpoint: path.join(tree.root, 'boot'),
			configFile: createConfigFile({
				path: path.join(tree.root, 'boot/config.json'),
				log: silentLogger,
			}),
			units: hostUnits,
			log: silentLogger,
		});
	});
	afterEach(() => tree.remove());

	it('must show the name alone where there is no proxy', async () => {
		expect(await network.read()).to.deep.equal({ hostname: 'gate-12' });
	});

	it('must put the name into config.json and restart nothing', async () => {
		await network.change({ hostname: 'hall-7' });
		expect(await config()).to.include({ hostname: 'hall-7', other: 1 });
		expect(restarted).to.deep.equal([]);
	});

	it('must name the device by its uuid when the name is taken away', async () => {
		await network.change({ hostname: '' });
		expect(await config()).to.include({ hostname: '5c1d0f6' });
	});

	it('must write a proxy, show it, and restart the units that act on it', async () => {
		await network.change({
			proxy: { ...proxy, dns: '9.9.9.9:53', noProxy: ['10.20.0.0/16', 'x'] },
		});
		expect(await network.read()).to.deep.equal({
			hostname: 'gate-12',
			proxy: { ...proxy, dns: '9.9.9.9:53', noProxy: ['10.20.0.0/16', 'x'] },
		});
		expect(await readFile(exceptionsPath(), 'utf8')).to.equal('10.20.0.0/16\nx\n');
		expect(restarted).to.deep.equal(['balena-proxy-config.service', 'redsocks.service']);
	});

	const merges: { name: string; patch: ProxyPatch; shown: object | undefined }[] = [
		{
			name: 'one value',
			patch: { port: 3128 },
			shown: { ...proxy, port: 3128, dns: '1.1.1.1:53', noProxy: ['a'] },
		},
		{ name: 'no name server', patch: { dns: false }, shown: { ...proxy, noProxy: ['a'] } },
		{
			name: 'another name server',
			patch: { dns: '8.8.8.8:53' },
			shown: { ...proxy, dns: '8.8.8.8:53', noProxy: ['a'] },
		},
		{ name: 'no exceptions', patch: { noProxy: [] }, shown: { ...proxy, dns: '1.1.1.1:53' } },
		{
			name: 'exceptions and a value',
			patch: { noProxy: ['b'], login: 'svc' },
			shown: { ...proxy, login: 'svc', dns: '1.1.1.1:53', noProxy: ['b'] },
		},
		{ name: 'no proxy', patch: {}, shown: undefined },
	];
	for (const { name, patch, shown } of merges) {
		it(`must merge over what is there: ${name}`, async () => {
			await network.change({ proxy: { ...proxy, dns: '1.1.1.1:53', noProxy: ['a'] } });
			await network.change({ proxy: patch });
			expect((await network.read()).proxy).to.deep.equal(shown);
		});
	}

	it('must leave redsocks.conf alone when only the exceptions change', async () => {
		await tree.write({
			'boot/system-proxy/redsocks.conf': '// mine\nredsocks { ip = 1.2.3.4; }\n',
		});
		await network.change({ proxy: { noProxy: ['a'] } });
		expect(await readFile(confPath(), 'utf8')).to.include('// mine');
		expect(await readFile(exceptionsPath(), 'utf8')).to.equal('a\n');
		expect(restarted).to.have.length(2);
	});

	it('must remove the files that say nothing any more', async () => {
		await network.change({ proxy: { ...proxy, noProxy: ['a'] } });
		await network.change({ proxy: { noProxy: [] } });
		await network.change({ proxy: {} });
		expect([confPath(), exceptionsPath()].filter(existsSync)).to.deep.equal([]);
	});

	it('must not write a name server without a proxy', async () => {
		await network.change({ proxy: { dns: '8.8.8.8:53' } });
		expect(existsSync(confPath())).to.equal(false);
		expect(restarted).to.deep.equal([]);
	});

	it('must restart nothing when nothing changes', async () => {
		await network.change({ proxy });
		restarted = [];
		await network.change({ proxy });
		expect(restarted).to.deep.equal([]);
	});

	it('must leave units to the operating system that it restarts itself', async () => {
		units = {
			'resin-proxy-config.service': there,
			'redsocks.service': { ...there, partOf: ['redsocks-conf.target'] },
		};
		await network.change({ proxy });
		expect(restarted).to.deep.equal(['resin-proxy-config.service']);
	});

	it('must restart the units at the next try when the bus was away', async () => {
		isBusAway = true;
		const failure: unknown = await network.change({ proxy }).catch((err: unknown) => err);
		expect(failure).to.have.property('code', 'HOST_FAILED');
		isBusAway = false;
		await network.change({ proxy });
		expect(restarted).to.have.length(2);
	});
});
