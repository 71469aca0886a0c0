import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { createFirewall } from '../../src/host/firewall.ts';
import type { FirewallWish } from '../../src/model/firewall.ts';
import type { Firewall } from '../../src/ports/host-services.ts';
import { shellBlocks } from '../../tools/check/document-runs.ts';
import { canMakeNetLab, makeNetLab, type NetLab } from './support/net-lab.ts';
import { skipTest } from '../support/skip-test.ts';

const apiPort = 48_484;
/** Of an app that uses the host's network. */
const appPort = 8080;
const open: FirewallWish = { isClosed: false, apiPort, isApiOpen: false };
const closed: FirewallWish = { ...open, isClosed: true };

async function failureOf(work: Promise<unknown>): Promise<unknown> {
	return work.then(
		() => undefined,
		(err: unknown) => err,
	);
}

for (const kind of ['nft', 'legacy']) {
	describe(`the firewall on a real kernel, by iptables-${kind}`, function () {
		let lab: NetLab;
		let clean = (): Promise<void> => Promise.resolve();
		let firewall: Firewall;

		before(async function () {
			if (!(await canMakeNetLab())) skipTest(this, 'networks cannot be made here');
			lab = await makeNetLab();
			clean = () => lab.remove();
			firewall = createFirewall({ toolFolder: lab.toolFolder, rootMountpoint: lab.root });
			await lab.listen(apiPort, appPort);
			// The engine's rules tell which kind the host uses.
			await lab.exec(`iptables-${kind}`, '-N', 'DOCKER-USER');
			await lab.exec(`iptables-${kind}`, '-A', 'DOCKER-USER', '-j', 'RETURN');
		});
		after(() => clean());

		const rules = (family = 'iptables'): Promise<string> => lab.exec(`${family}-${kind}`, '-S');

		it('must come behind the rules that docs/security.md tells to put before it', async () => {
			const [block] = shellBlocks('docs/security.md', 'The firewall');
			const script = (block?.text ?? '')
				.replaceAll(/\biptables(?= )/g, `iptables-${kind}`)
				.replaceAll(/\beth0\b/g, 'hf-lan');
			await lab.exec('bash', '-euc', script);
			await firewall.apply(open);
			expect(await lab.connect('stranger', apiPort), 'with the rule').to.equal(true);
			const own = ['-i', 'hf-lan', '-p', 'tcp', '--dport', String(apiPort), '-j', 'ACCEPT'];
			await lab.exec(`iptables-${kind}`, '-D', 'INPUT', ...own);
			expect(await lab.connect('stranger', apiPort), 'without it').to.equal(false);
			await lab.exec(`iptables-${kind}`, '-D', 'INPUT', '-j', 'BALENA-FIREWALL');
		});

		it('must keep strangers from the local API, and let services in', async () => {
			expect(await lab.connect('stranger', apiPort), 'before').to.equal(true);
			await firewall.apply(open);
			expect(await lab.connect('stranger', apiPort), 'a stranger').to.equal(false);
			expect(await lab.connect('service', apiPort), 'a service').to.equal(true);
			expect(await lab.connect('stranger', appPort), 'the port of an app').to.equal(true);
		});

		it('must let strangers in while no key is needed', async () => {
			await firewall.apply({ ...closed, isApiOpen: true });
			expect(await lab.connect('stranger', apiPort)).to.equal(true);
		});

		it('must keep strangers from every port when it is closed, and no longer when it is open', async () => {
			await firewall.apply(closed);
			expect(await lab.connect('stranger', appPort), 'closed').to.equal(false);
			await firewall.apply(open);
			expect(await lab.connect('stranger', appPort), 'open').to.equal(true);
		});

		it('must hold for IPv6 as well', async () => {
			await firewall.apply(closed);
			const text = await rules('ip6tables');
			expect(text).to.include('-A INPUT -j BALENA-FIREWALL');
			expect(text).to.match(/-A BALENA-FIREWALL -j REJECT/);
		});

		it('must leave no moment without rules while they are rebuilt', async () => {
			await firewall.apply(open);
			const endStranger = await lab.connectOn('stranger', apiPort);
			const endService = await lab.connectOn('service', apiPort);
			for (let round = 0; round < 10; round++) await firewall.apply(round % 2 ? open : closed);
			const [stranger, service] = [await endStranger(), await endService()];
			expect(stranger.taken).to.equal(0);
			expect(service.refused).to.equal(0);
			expect(stranger.refused).to.be.greaterThan(0);
			expect(service.taken).to.be.greaterThan(0);
		});

		it('must make the same rules of the same wish, however often', async () => {
			await firewall.apply(closed);
			const once = await rules();
			await firewall.apply(closed);
			expect(await rules()).to.equal(once);
		});

		it('must keep the rules of others, and its own place among them', async () => {
			const own = [
				'INPUT',
				'-i',
				'hf-lan',
				'-p',
				'tcp',
				'--dport',
				String(apiPort),
				'-j',
				'ACCEPT',
			];
			await lab.exec(`iptables-${kind}`, '-I', ...own);
			await firewall.apply(closed);
			expect(await lab.connect('stranger', apiPort)).to.equal(true);
			await lab.exec(`iptables-${kind}`, '-D', ...own);
			expect(await lab.connect('stranger', apiPort)).to.equal(false);
		});

		it('must be there again when somebody has taken all rules away', async () => {
			await lab.exec(`iptables-${kind}`, '-F', 'INPUT');
			await firewall.apply(open);
			expect(await lab.connect('stranger', apiPort)).to.equal(false);
		});

		it('must change nothing when it cannot change all', async () => {
			await firewall.apply(closed);
			const before = await rules();
			const failure = await failureOf(firewall.apply({ ...open, apiPort: 70_000 }));
			expect(failure).to.have.property('code', 'HOST_FAILED');
			expect(await rules()).to.equal(before);
		});

		it('must keep all but the cloud from the program that serves the usual port for a moved API', async () => {
			await firewall.apply({ ...open, overridePort: 4000 });
			const moved = await rules();
			expect(moved).to.match(/-A DOCKER-USER -j BALENA-SUPERVISOR\n-A DOCKER-USER -j RETURN/);
			expect(moved).to.match(/-A BALENA-SUPERVISOR .*--ctorigdstport 48484.* -j REJECT/);
			await firewall.apply(open);
			expect(await rules()).not.to.include('-j BALENA-SUPERVISOR');
		});

		it('must use the programs of the kind that the host uses', async () => {
			await firewall.apply(open);
			const other = kind === 'nft' ? 'legacy' : 'nft';
			expect(await lab.exec(`iptables-${other}`, '-S')).not.to.include('BALENA-FIREWALL');
		});
	});
}

describe('the firewall of a host without iptables', () => {
	it('must say what is missing', async () => {
		const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-bare-'));
		try {
			const firewall = createFirewall({ toolFolder: folder, rootMountpoint: folder });
			const failure = await failureOf(firewall.apply(open));
			expect(failure).to.have.property('code', 'HOST_FAILED');
			expect(failure).to.have.property('message').that.includes(`${folder}/iptables-nft`);
		} finally {
			await rm(folder, { recursive: true });
		}
	});
});
