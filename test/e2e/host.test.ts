import { expect } from 'chai';
import { createClient, type CloudClient } from '../../tools/cloud/client.ts';
import { createTools } from '../../tools/dind/actions/create-tools.ts';
import { ensureSupervisorImage } from '../../tools/dind/actions/ensure-images.ts';
import { eventually } from '../support/eventually.ts';
import { keepArtifacts } from './support/artifacts.ts';
import { createDindctl, execute, mustExecute, repository } from './support/dindctl.ts';
import { firstPorts } from './support/first-ports.ts';

const firstPort = firstPorts.host;
const dindctl = createDindctl({ name: 'hf-e2e-host', firstPort });
const device = `${dindctl.name}-device`;
const patience = { withinMs: 120_000, everyMs: 500 };

/** A machine on a network of the device that is none of ours, and one on that of its services. */
const machines = {
	stranger: { bridge: 'hf-lan', gateway: '10.77.66.1', address: '10.77.66.2/24' },
	service: { bridge: 'supervisor0', gateway: '10.114.104.1', address: '10.114.104.120/25' },
};
type Machine = keyof typeof machines;

const plug = (Object.keys(machines) as Machine[])
	.map((name) => {
		const { bridge, address } = machines[name];
		return `
			ip netns add ${name}
			ip link add ${name} type veth peer name eth0 netns ${name}
			ip link set ${name} master ${bridge} up
			ip -n ${name} addr add ${address} dev eth0
			ip -n ${name} link set eth0 up`;
	})
	.join('\n');
const networks = `
	set -eu
	ip link add hf-lan type bridge
	ip addr add ${machines.stranger.gateway}/24 dev hf-lan
	ip link set hf-lan up
	${plug}`;

async function inDevice(...argv: string[]): Promise<string> {
	return (await mustExecute('docker', ['exec', device, ...argv])).stdout;
}

/** Whether the local API takes a connection from there. */
async function isLetIn(from: Machine): Promise<boolean> {
	const open = `exec 3<>/dev/tcp/${machines[from].gateway}/48484`;
	const connect = ['ip', 'netns', 'exec', from, 'timeout', '20', 'bash', '-c', open];
	return (await execute('docker', ['exec', device, ...connect])).code === 0;
}

function untilLetIn(from: Machine, wanted: boolean): Promise<true> {
	return eventually(
		`a ${from} that is ${wanted ? 'let in' : 'kept out'}`,
		async () => ((await isLetIn(from)) === wanted ? true : undefined),
		patience,
	);
}

/** The last rule of the chain: what becomes of everything else. */
async function lastRule(): Promise<string | undefined> {
	return (await inDevice('iptables', '-S', 'BALENA-FIREWALL')).trim().split('\n').at(-1);
}

function untilVpnIs(wanted: string): Promise<true> {
	const argv = ['exec', device, 'systemctl', 'is-active', 'openvpn.service'];
	return eventually(
		`a VPN that is ${wanted}`,
		async () => ((await execute('docker', argv)).stdout.trim() === wanted ? true : undefined),
		patience,
	);
}

async function cloudClient(): Promise<CloudClient> {
	const format = '{{range .Config.Env}}{{println .}}{{end}}';
	const { stdout } = await mustExecute('docker', [
		'inspect',
		'--format',
		format,
		`${dindctl.name}-cloud`,
	]);
	const userKey = /^USER_KEY=(.*)$/m.exec(stdout)?.[1] ?? '';
	return createClient({ url: `http://127.0.0.1:${firstPort + 3}`, userKey });
}

async function setVariable(name: string, value: string): Promise<void> {
	const { uuid } = (await dindctl.status()).device;
	await (await cloudClient()).setVariable({ device: uuid ?? '', name, value });
}

/** The name that the README of 2018 calls the supervisor by. */
const formerImage = 'resin/amd64-supervisor:master';

/** Afterwards the supervisor's image is here by its former name, too. */
async function nameAsFormerly(): Promise<void> {
	const tools = createTools({ root: repository, signal: new AbortController().signal });
	const image = await ensureSupervisorImage(tools, {
		arch: 'amd64',
		tag: 'master',
		optimize: true,
	});
	await mustExecute('docker', ['tag', image, formerImage]);
}

/** One story: each test goes on where the one before ended. */
describe('the host of a whole device, as the cloud wants it', () => {
	before(async () => {
		await dindctl.mustCall('stop');
		await nameAsFormerly();
		await dindctl
			.follow('./dindctl run --image resin/amd64-supervisor:master')
			.catch(async (err: unknown) => {
				await keepArtifacts(dindctl, 'run');
				throw err;
			});
		await inDevice('sh', '-c', networks);
	});

	afterEach(async function () {
		if (this.currentTest?.state === 'failed') await keepArtifacts(dindctl, this.currentTest.title);
	});

	after(async () => {
		if (process.env['DINDCTL_KEEP'] !== '1') await dindctl.mustCall('stop');
		await execute('docker', ['rmi', '--no-prune', formerImage]);
	});

	it('must run the image that is asked for by its name', async () => {
		const format = '{{.Config.Image}}';
		const said = await inDevice('docker', 'inspect', '--format', format, 'balena_supervisor');
		expect(said.trim()).to.equal(formerImage);
	});

	it('must start and stop the VPN', async () => {
		const unit = '/run/systemd/system/openvpn.service';
		const text = '[Service]\\nExecStart=/bin/sleep infinity\\n';
		await inDevice('sh', '-c', `printf '${text}' >${unit} && systemctl daemon-reload`);
		await setVariable('BALENA_SUPERVISOR_VPN_CONTROL', 'true');
		await untilVpnIs('active');
		await setVariable('BALENA_SUPERVISOR_VPN_CONTROL', 'false');
		await untilVpnIs('inactive');
		await setVariable('BALENA_SUPERVISOR_VPN_CONTROL', 'true');
		await untilVpnIs('active');
	});

	it('must keep strangers from the local API, and let in services and the computer of the device', async () => {
		await untilLetIn('stranger', false);
		expect(await isLetIn('service')).to.equal(true);
		await dindctl.mustCall('api', 'GET', '/v2/state/status');
		expect(await lastRule()).to.equal('-A BALENA-FIREWALL -j RETURN');
	});

	it('must close every port when the cloud says so', async () => {
		await setVariable('BALENA_HOST_FIREWALL_MODE', 'on');
		const isClosed = async (): Promise<true | undefined> =>
			(await lastRule())?.includes('-j REJECT') === true ? true : undefined;
		await eventually('a closed firewall', isClosed, patience);
		expect(await isLetIn('service')).to.equal(true);
		await dindctl.mustCall('api', 'GET', '/v2/state/status');
	});

	it('must let strangers in while the device is in local mode, and not afterwards', async () => {
		await setVariable('BALENA_SUPERVISOR_LOCAL_MODE', '1');
		await untilLetIn('stranger', true);
		await setVariable('BALENA_SUPERVISOR_LOCAL_MODE', '0');
		await untilLetIn('stranger', false);
	});
});
