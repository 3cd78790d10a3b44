// n8n loads the files named in package.json#n8n; this only gives `main` something to point at.
module.exports = {};
