import { expect } from 'chai';
import type { StoredTarget } from '../ports/state-store.ts';
import { createRegistryAuth, isRelated } from './registry-auth.ts';
import { createMemoryConfig } from './testing/memory-config.ts';

const device = {
	apiEndpoint: 'https://api.example.com',
	uuid: 'd'.repeat(32),
	deviceApiKey: 'K',
};
const registry = 'registry2.example.com';
const image = `${registry}/v2/${'a'.repeat(32)}@sha256:${'7'.repeat(64)}`;

const targetWith = (reference: string, source: StoredTarget['source'] = 'cloud'): StoredTarget => ({
	source,
	document: {
		apps: {
			a: { releases: { c: { services: { main: { image: reference } } } } },
			broken: { releases: { c: 5 } },
		},
	},
});

async function hostTold(
	reference: string,
	{
		config = {},
		target,
		realm = false,
	}: { config?: Record<string, unknown>; target?: StoredTarget | undefined; realm?: boolean } = {},
): Promise<string | undefined> {
	const auth = createRegistryAuth({
		config: createMemoryConfig({ ...device, ...config }),
		store: { loadTarget: () => Promise.resolve(target) },
		realm: { isNamedBy: () => Promise.resolve(realm) },
	});
	return (await auth.credentialsFor(reference))?.serverAddress;
}

describe('createRegistryAuth', () => {
	it('must believe a named registry of another domain whose tokens come from the API, and no unnamed one', async () => {
		const elsewhere = 'images.elsewhere.test:5000/v2/ab';
		const target = targetWith(elsewhere);
		expect(await hostTold(elsewhere, { target, realm: true })).to.equal(
			'images.elsewhere.test:5000',
		);
		expect(await hostTold(elsewhere, { target, realm: false })).to.equal(undefined);
		expect(await hostTold(elsewhere, { realm: true })).to.equal(undefined);
	});

	it('must give the device’s name and key', async () => {
		const auth = createRegistryAuth({
			config: createMemoryConfig({ ...device, registryEndpoint: registry }),
			store: { loadTarget: () => Promise.resolve(undefined) },
			realm: { isNamedBy: () => Promise.resolve(false) },
		});
		expect(await auth.credentialsFor(image)).to.deep.equal({
			username: `d_${device.uuid}`,
			password: 'K',
			serverAddress: registry,
		});
	});

	const configured = [
		{ name: 'the host', endpoint: registry, reference: image, told: true },
		{ name: 'a URL', endpoint: `https://${registry}/`, reference: image, told: true },
		{
			name: 'host and port',
			endpoint: '127.0.0.1:5000',
			reference: '127.0.0.1:5000/v2/x',
			told: true,
		},
		{
			name: 'a URL with the default port',
			endpoint: `https://${registry}:443`,
			reference: image,
			told: true,
		},
		{
			name: 'another port',
			endpoint: '127.0.0.1:5000',
			reference: '127.0.0.1:6000/x',
			told: false,
		},
		{ name: 'another host', endpoint: registry, reference: 'evil.example.com/x', told: false },
		{ name: 'no host at all', endpoint: registry, reference: 'busybox:stable', told: false },
		{ name: 'a host as suffix', endpoint: registry, reference: `x${registry}/y`, told: false },
	];
	for (const { name, endpoint, reference, told } of configured) {
		it(`must ${told ? 'tell' : 'not tell'} with registryEndpoint: ${name}`, async () => {
			const host = await hostTold(reference, {
				config: { registryEndpoint: endpoint },
				target: targetWith(reference),
			});
			expect(host !== undefined).to.equal(told);
		});
	}

	it('must tell a related host of the cloud’s target when none is configured', async () => {
		expect(await hostTold(image, { target: targetWith(image) })).to.equal(registry);
		expect(await hostTold(image, { target: targetWith(image, 'preload') })).to.equal(registry);
	});

	it('must not lose the registry of the target for a registryEndpoint of old, if its tokens come from the API', async () => {
		const config = { registryEndpoint: 'registry.former.example' };
		const target = targetWith(image);
		expect(await hostTold(image, { config, target, realm: true })).to.equal(registry);
		expect(await hostTold(image, { config, target, realm: false })).to.equal(undefined);
		expect(await hostTold(image, { config, realm: true })).to.equal(undefined);
	});

	it('must not tell a host that the target does not name', async () => {
		expect(await hostTold(image, {})).to.equal(undefined);
		expect(await hostTold(image, { target: targetWith('busybox') })).to.equal(undefined);
	});

	it('must not tell a host because somebody in local mode names it', async () => {
		expect(await hostTold(image, { target: targetWith(image, 'local') })).to.equal(undefined);
	});

	it('must not tell a strange host even if the target names it', async () => {
		const reference = 'docker.io/library/busybox';
		expect(await hostTold(reference, { target: targetWith(reference) })).to.equal(undefined);
	});

	it('must not tell anybody when there is no cloud or no key', async () => {
		const config = { registryEndpoint: registry };
		expect(await hostTold(image, { config: { ...config, apiEndpoint: '' } })).to.equal(undefined);
		expect(await hostTold(image, { config: { ...config, deviceApiKey: '' } })).to.equal(undefined);
	});
});

describe('isRelated', () => {
	const cases = [
		['registry2.balena-cloud.com', 'https://api.balena-cloud.com', true],
		['127.0.0.1:25000', 'http://127.0.0.1:23337', true],
		['registry:5000', 'http://cloud:80', false],
		['10.0.0.2:5000', 'http://10.1.0.2', false],
		['0.0.2:5000', 'http://10.0.0.2', false],
		['evil.com', 'https://example.com', false],
		['evil-example.com', 'https://api.example.com', false],
		['example.com', 'https://api.example.com', false],
	] as const;
	for (const [host, api, related] of cases) {
		it(`must find ${host} ${related ? 'related' : 'strange'} to ${api}`, () => {
			expect(isRelated(host, api)).to.equal(related);
		});
	}
});
