import { execFile, execFileSync } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { skipTest } from '../support/skip-test.ts';

const run = promisify(execFile);

describe('a network that vanishes without a word', function () {
	this.timeout(120_000);
	before(function () {
		if (!canMakeNetwork()) skipTest(this, 'networks cannot be made here');
	});

	it('must be seen by what the kernel sends again, and so must its return', async () => {
		const program = path.join(import.meta.dirname, 'support/vanishing-network.ts');
		const node = [process.execPath, '--import', 'tsx', program];
		const { stdout } = await run('unshare', ['--net', ...node], { timeout: 110_000 });
		expect(stdout.trim().split('\n')).to.deep.equal([
			'well',
			...['silent', 'well again'],
			...['silent', 'well again'],
		]);
	});
});

/** True for root, with `ip` and `iptables`. */
function canMakeNetwork(): boolean {
	const script = 'ip link set lo up && iptables -w -A OUTPUT -p tcp --dport 9 -j DROP';
	try {
		execFileSync('unshare', ['--net', 'sh', '-c', script], { stdio: 'ignore' });
		return true;
	} catch {
		return false;
	}
}
