import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import type { RunOptions } from '../cli/options.ts';
import { toDindNames } from '../commands/names.ts';
import { ToolError } from '../effects/errors.ts';
import {
	readRunInputs,
	toDeviceContainer,
	toDevicePorts,
	toIdentity,
	toMembers,
} from './plan-run.ts';

const options: RunOptions = {
	name: 't',
	arch: 'amd64',
	tag: 'master',
	optimize: true,
	preload: false,
	mountDist: false,
	mountNm: false,
	mountBackup: false,
	count: 1,
	json: false,
	ssh: false,
	local: false,
	clean: true,
	apiPort: 1,
	pagePort: 2,
	sshPort: 3,
	cloudPort: 4,
	registryPort: 5,
	timeout: 6,
};

describe('what run is handed', () => {
	const root = mkdtempSync(join(tmpdir(), 'dindctl-run-'));
	const home = join(root, 'tools/dind');
	before(() => mkdirSync(home, { recursive: true }));
	beforeEach(() => {
		for (const name of ['config.json', 'apps.json', 'other.json'])
			rmSync(join(home, name), { force: true });
	});
	after(() => rmSync(root, { recursive: true }));
	const put = (name: string, value: unknown) =>
		writeFileSync(join(home, name), JSON.stringify(value));

	it('must be the development cloud where there is no config.json', () => {
		expect(readRunInputs(root, options)).to.deep.equal({
			config: undefined,
			preload: undefined,
			backup: undefined,
		});
	});

	it('must be the cloud of tools/dind/config.json where there is one', () => {
		put('config.json', { apiEndpoint: 'https://api.example.test' });
		const { config } = readRunInputs(root, options);
		expect(config?.parsed.apiEndpoint).to.equal('https://api.example.test');
	});

	it('must find a configuration beside the usual one', () => {
		put('other.json', { listenPort: 80 });
		const { config } = readRunInputs(root, { ...options, config: 'other.json' });
		expect(config?.parsed.listenPort).to.equal(80);
	});

	it('must be a configuration without a cloud with --local, unless another is named', () => {
		put('config.json', { apiEndpoint: 'https://api.example.test' });
		const { config } = readRunInputs(root, { ...options, local: true });
		expect(config?.parsed.apiEndpoint).to.equal(undefined);
		put('other.json', { apiEndpoint: 'https://other.example.test' });
		const named = readRunInputs(root, { ...options, local: true, config: 'other.json' });
		expect(named.config?.parsed.apiEndpoint).to.equal('https://other.example.test');
	});

	it('must refuse a configuration that is not there, and missing apps', () => {
		expect(() => readRunInputs(root, { ...options, config: 'none.json' })).to.throw(
			ToolError,
			'none.json',
		);
		expect(() => readRunInputs(root, { ...options, preload: true })).to.throw(
			ToolError,
			'apps.json',
		);
	});

	it('must be a backup with --mount-backup, and refuse what is none', () => {
		const backup = join(home, 'backup.tgz');
		const find = () => readRunInputs(root, { ...options, mountBackup: true }).backup;
		expect(find).to.throw(ToolError, 'cannot be read');
		writeFileSync(backup, 'volumes');
		expect(find).to.throw(ToolError, 'is no gzip archive');
		writeFileSync(backup, gzipSync('volumes'));
		expect(find()?.path).to.equal(backup);
		const inputs = readRunInputs(root, options);
		expect(toIdentity({ ...inputs, backup: find() })).to.not.equal(toIdentity(inputs));
		rmSync(backup);
	});

	it('must be another device for another configuration or other apps only', () => {
		const none = toIdentity(readRunInputs(root, options));
		expect(toIdentity(readRunInputs(root, { ...options, ssh: true }))).to.equal(none);
		put('apps.json', [{ appId: '1', imageId: 'r/a' }]);
		const apps = toIdentity(readRunInputs(root, { ...options, preload: true }));
		put('config.json', {});
		const config = toIdentity(readRunInputs(root, options));
		expect(new Set([none, apps, config]).size).to.equal(3);
	});
});

describe('toMembers', () => {
	it('must be the one device that was asked for', () => {
		expect(toMembers(options)).to.deep.equal([options]);
	});

	it('must give each device a name and ports of its own, and all the same cloud', () => {
		const members = toMembers({ ...options, count: 3, local: true, enginePort: 7 });
		const ofPorts = members.map(({ name, apiPort, pagePort, sshPort, enginePort }) => {
			return [name, apiPort, pagePort, sshPort, enginePort];
		});
		expect(ofPorts).to.deep.equal([
			['t', 1, 2, 3, 7],
			['t.2', 11, 12, 13, 17],
			['t.3', 21, 22, 23, 27],
		]);
		expect(
			new Set(members.map(({ cloudPort, registryPort }) => cloudPort + registryPort)),
		).to.have.lengthOf(1);
	});

	it('must begin with the first device of a group', () => {
		expect(toMembers({ ...options, name: 't.2' })[0]?.name).to.equal('t.2');
		expect(() => toMembers({ ...options, name: 't.2', count: 2 })).to.throw(ToolError, 'not with');
	});
});

describe('toDeviceContainer', () => {
	const context = {
		root: '/repo',
		names: toDindNames('t'),
		host: { missingCapabilities: [], cgroupVersion: 2 } as const,
		inputs: { config: undefined, preload: undefined },
		imageId: 'i',
	};
	const digest = (given: Partial<RunOptions>, imageId = 'i') =>
		toDeviceContainer({ ...options, ...given }, { ...context, imageId }).optionsDigest;

	it('must publish the port that config.json names', () => {
		const config = { text: '', parsed: { listenPort: 80 } };
		const made = toDeviceContainer(options, { ...context, inputs: { ...context.inputs, config } });
		expect(made.api).to.deep.equal({ host: 1, container: 80 });
	});

	it('must share the built supervisor with --mount-dist', () => {
		const { folders } = toDeviceContainer({ ...options, mountDist: true }, context);
		expect(folders).to.deep.equal([{ source: '/repo/dist', target: '/mnt/dist' }]);
	});

	it('must be another container for other ports, mounts, ssh or another image', () => {
		const digests = [
			digest({}),
			digest({ apiPort: 9 }),
			digest({ mountDist: true }),
			digest({ ssh: true }),
			digest({}, 'j'),
		];
		expect(new Set(digests).size).to.equal(digests.length);
		expect(digest({ timeout: 1 })).to.equal(digest({}));
	});

	it("must publish the device's engine only with a port for it", () => {
		const engineOf = (given: Partial<RunOptions>) => {
			const { engine, env } = toDeviceContainer({ ...options, ...given }, context);
			return [engine?.host, engine?.container, env.DIND_ENGINE_TCP];
		};
		expect(engineOf({})).to.deep.equal([undefined, undefined, undefined]);
		expect(engineOf({ enginePort: 9 })).to.deep.equal([9, 2375, '1']);
		const ports = toDevicePorts({ ...options, local: true, enginePort: 9 });
		expect(ports.map(({ port }) => port)).to.deep.equal([1, 2, 9]);
	});

	it('must be made of another image when asked to', () => {
		const made = toDeviceContainer({ ...options, dindImage: 'me/os:1' }, context);
		expect(made.image).to.equal('me/os:1');
	});

	it('must want the port for ssh only with ssh', () => {
		expect(toDevicePorts(options).map(({ port }) => port)).to.deep.equal([1, 2]);
		expect(toDevicePorts({ ...options, ssh: true }).map(({ port }) => port)).to.deep.equal([
			1, 2, 3,
		]);
	});
});
