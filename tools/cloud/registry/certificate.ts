import { webcrypto } from 'node:crypto';
import { exportPKCS8 } from 'jose';

export interface SigningKeys {
	/** PKCS #8, PEM, P-256. */
	privateKey: string;
	/** Self-signed, PEM; docker-registry trusts tokens that name it. */
	certificate: string;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const dayMs = 86_400_000;

/** A new key pair with a certificate that is valid from a day ago for ten years. */
export async function createSigningKeys(now: Date): Promise<SigningKeys> {
	// Loaded here because they are large and only a token needs them; x509 wants the polyfill first.
	await import('reflect-metadata');
	const { X509CertificateGenerator } = await import('@peculiar/x509');
	const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
	const certificate = await X509CertificateGenerator.createSelfSigned({
		name: 'CN=Holdfast development cloud',
		notBefore: new Date(now.getTime() - dayMs),
		notAfter: new Date(now.getTime() + 3650 * dayMs),
		keys,
		signingAlgorithm: algorithm,
	});
	return {
		privateKey: await exportPKCS8(keys.privateKey),
		certificate: certificate.toString('pem'),
	};
}
