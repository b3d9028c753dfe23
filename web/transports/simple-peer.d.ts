// The package's types bring Node's along, which a page must not compile against: this is what is used of it.
declare module 'simple-peer/simplepeer.min.js' {
  const Peer: import('./turn.ts').PeerConstructor;
  export default Peer;
}
