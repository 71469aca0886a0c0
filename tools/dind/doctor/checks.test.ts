import { expect } from 'chai';
import type { Verdict } from './check.ts';
import { judgeCgroups } from './checks/cgroups.ts';
import { judgeCloud } from './checks/cloud.ts';
import { judgeCommands } from './checks/commands.ts';
import { judgeConfigFile } from './checks/config-file.ts';
import { judgeEngine } from './checks/engine.ts';
import { judgeKernel } from './checks/kernel.ts';
import { judgeNode } from './checks/node.ts';
import { judgePackages } from './checks/packages.ts';
import { judgePorts } from './checks/ports.ts';
import { judgeRights } from './checks/rights.ts';
import { judgeSpace } from './checks/space.ts';
import { judgeStorage } from './checks/storage.ts';

interface Case {
	readonly name: string;
	readonly verdict: Verdict;
	readonly status: Verdict['status'];
	readonly says?: RegExp;
	readonly todo?: RegExp;
}

const kernel = { platform: 'linux', filesystems: 'nodev\tsysfs\nnodev\toverlay\n' } as const;
const failed = { code: 1, stdout: '' };
const config = {
	apiEndpoint: 'https://api.example.test',
	apiKey: 'k',
	applicationId: 1,
	deviceType: 'intel-nuc',
};
const cgroups = { version: '1', securityOptions: '[]', hasSystemdHierarchy: true };
const space = { folder: '/var/lib/docker', freeBytes: 50e9, availableBytes: 8e9 };

const computer: readonly Case[] = [
	{ name: 'Node as needed', verdict: judgeNode('20.19.0'), status: 'ok' },
	{ name: 'Node newer', verdict: judgeNode('24.1.0'), status: 'ok' },
	{
		name: 'Node of long ago',
		verdict: judgeNode('18.20.1'),
		...{ status: 'problem', says: /18\.20\.1.*20\.19/, todo: /nodejs\.org/ },
	},
	{ name: 'packages there', verdict: judgePackages(true), status: 'ok' },
	{
		name: 'packages missing',
		verdict: judgePackages(false),
		...{ status: 'problem', todo: /setup node/ },
	},
	{ name: 'all programs there', verdict: judgeCommands([]), status: 'ok' },
	{
		name: 'no docker command',
		verdict: judgeCommands(['docker', 'ssh']),
		...{ status: 'problem', says: /: docker$/ },
	},
	{
		name: 'no ssh command',
		verdict: judgeCommands(['ssh']),
		...{ status: 'warning', says: /ssh \(for \.\/sync\.ts/ },
	},
	{
		name: 'a good kernel',
		verdict: judgeKernel({ ...kernel, inotifyInstances: 128 }),
		status: 'ok',
	},
	{
		name: 'another operating system',
		verdict: judgeKernel({ ...kernel, platform: 'darwin', inotifyInstances: undefined }),
		...{ status: 'problem', says: /darwin/ },
	},
	{
		name: 'no overlay',
		verdict: judgeKernel({ ...kernel, filesystems: 'ext4\n', inotifyInstances: undefined }),
		...{ status: 'problem', todo: /modprobe overlay/ },
	},
	{
		name: 'few inotify instances',
		verdict: judgeKernel({ ...kernel, inotifyInstances: 64 }),
		...{ status: 'warning', todo: /sysctl/ },
	},
	{ name: 'all capabilities', verdict: judgeRights([]), status: 'ok' },
	{
		name: 'a capability missing that can be done without',
		verdict: judgeRights(['SYS_RESOURCE']),
		...{ status: 'ok', says: /SYS_RESOURCE/ },
	},
	{
		name: 'an unprivileged container',
		verdict: judgeRights(['SYS_ADMIN', 'SYS_RESOURCE']),
		...{ status: 'problem', says: /have SYS_ADMIN$/, todo: /--privileged/ },
	},
	{ name: 'no config.json', verdict: judgeConfigFile(undefined), status: 'none' },
	{
		name: 'a config.json that is no JSON',
		verdict: judgeConfigFile({ fault: 'is not JSON', todo: 'Get one' }),
		...{ status: 'problem', says: /not JSON/, todo: /Get one/ },
	},
	{ name: 'a good config.json', verdict: judgeConfigFile({ config }), status: 'ok' },
	{
		name: 'a config.json without a provisioning key',
		verdict: judgeConfigFile({ config: { ...config, apiKey: undefined } }),
		...{ status: 'problem', says: /no apiKey/ },
	},
	{
		name: 'a config.json without a fleet and a type',
		verdict: judgeConfigFile({
			config: { ...config, applicationId: undefined, deviceType: undefined },
		}),
		...{ status: 'problem', says: /no applicationId and deviceType/ },
	},
	{
		name: 'a config.json that a device has used',
		verdict: judgeConfigFile({ config: { ...config, registered_at: 1 } }),
		...{ status: 'warning', todo: /Remove uuid, registered_at/ },
	},
	{
		name: 'a config.json of a device without a cloud',
		verdict: judgeConfigFile({ config: {} }),
		...{ status: 'ok', says: /no cloud/ },
	},
];

const engine: readonly Case[] = [
	{
		name: 'an engine',
		verdict: judgeEngine({ code: 0, stdout: '20.10.24+dfsg1\n', stderr: '' }),
		...{ status: 'ok', says: /20\.10\.24/ },
	},
	{
		name: 'an old engine',
		verdict: judgeEngine({ code: 0, stdout: '19.03.1\n', stderr: '' }),
		status: 'warning',
	},
	{
		name: 'no docker',
		verdict: judgeEngine({ code: 127, stdout: '', stderr: 'spawn docker ENOENT' }),
		...{ status: 'problem', says: /no docker command/ },
	},
	{
		name: 'no permission',
		verdict: judgeEngine({ ...failed, stderr: 'Got permission denied while trying to connect' }),
		...{ status: 'problem', todo: /usermod -aG docker/ },
	},
	{
		name: 'no daemon',
		verdict: judgeEngine({ ...failed, stderr: 'Cannot connect to the Docker daemon' }),
		...{ status: 'problem', says: /Cannot connect/ },
	},
	{ name: 'room', verdict: judgeSpace(space), status: 'ok' },
	{
		name: 'a full disk',
		verdict: judgeSpace({ ...space, freeBytes: 1e9 }),
		...{ status: 'problem', says: /1\.0 GB free on \/var\/lib\/docker/ },
	},
	{
		name: 'a disk that will be full soon',
		verdict: judgeSpace({ ...space, freeBytes: 4e9 }),
		status: 'warning',
	},
	{
		name: 'little memory',
		verdict: judgeSpace({ ...space, availableBytes: 1e8 }),
		...{ status: 'warning', says: /0\.1 GB of memory/ },
	},
	{ name: 'overlay2', verdict: judgeStorage('overlay2'), status: 'ok' },
	{
		name: 'vfs',
		verdict: judgeStorage('vfs'),
		...{ status: 'warning', todo: /overlay2/ },
	},
	{ name: 'cgroups 1', verdict: judgeCgroups(cgroups), status: 'ok' },
	{
		name: 'cgroups 1 without systemd',
		verdict: judgeCgroups({ ...cgroups, hasSystemdHierarchy: false }),
		...{ status: 'problem', todo: /mount -t cgroup/ },
	},
	{
		name: 'cgroups 2',
		verdict: judgeCgroups({ ...cgroups, version: '2', hasSystemdHierarchy: false }),
		status: 'ok',
	},
	{
		name: 'a rootless engine',
		verdict: judgeCgroups({ ...cgroups, securityOptions: '["name=rootless"]' }),
		...{ status: 'problem', says: /rootless/ },
	},
	{ name: 'free ports', verdict: judgePorts([]), status: 'ok' },
	{
		name: 'a taken port',
		verdict: judgePorts([{ port: 8080, use: 'the page', option: '--page-port' }]),
		...{ status: 'problem', says: /8080 \(for the page\)/, todo: /--page-port <port>/ },
	},
	{
		name: 'no cloud',
		verdict: judgeCloud({ container: 't-cloud', state: 'absent' }),
		status: 'none',
	},
	{
		name: 'a cloud that ended',
		verdict: judgeCloud({ container: 't-cloud', state: 'exited' }),
		...{ status: 'problem', todo: /docker start t-cloud/ },
	},
	{
		name: 'a cloud that is silent',
		verdict: judgeCloud({ container: 't-cloud', state: 'running', url: 'u', fault: 'refused' }),
		...{ status: 'problem', todo: /docker logs t-cloud/ },
	},
	{
		name: 'a cloud that answers',
		verdict: judgeCloud({ container: 't-cloud', state: 'running', url: 'u', fault: undefined }),
		status: 'ok',
	},
];

for (const { title, cases } of [
	{ title: 'the computer', cases: computer },
	{ title: 'the engine and the cloud', cases: engine },
]) {
	describe(`what the doctor says of ${title}`, () => {
		for (const { name, verdict, status, says = /./, todo = /./ } of cases) {
			it(`must be ${status} for ${name}`, () => {
				expect(verdict.status).to.equal(status);
				expect(verdict.says).to.match(says);
				if ('todo' in verdict) expect(verdict.todo).to.match(todo);
			});
		}
	});
}
