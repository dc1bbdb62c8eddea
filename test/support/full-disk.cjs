// Loaded before the program: the disk is full for every file whose path contains FULL_DISK_FOR.
const fs = require('node:fs/promises');
const { syncBuiltinESMExports } = require('node:module');

const { open } = fs;

fs.open = async (path, ...rest) => {
  const file = await open(path, ...rest);
  if (String(path).includes(process.env.FULL_DISK_FOR)) {
    file.writeFile = () =>
      Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC', syscall: 'write' }));
  }
  return file;
};
syncBuiltinESMExports();
