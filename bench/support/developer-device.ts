import { createDindctl, type Dindctl } from '../../test/e2e/support/dindctl.ts';
import { firstPorts } from '../../test/e2e/support/first-ports.ts';

/**
 * Runs `work` with a device as a developer starts it, made with these options of `./dindctl run`; removes it afterwards.
 */
export async function withDeveloperDevice<T>(
	options: readonly string[],
	work: (dindctl: Dindctl) => Promise<T>,
): Promise<T> {
	const dindctl = createDindctl({ name: 'hf-bench-dev', firstPort: firstPorts.bench });
	try {
		await dindctl.run(...options);
		return await work(dindctl);
	} finally {
		await dindctl.mustCall('stop');
	}
}
