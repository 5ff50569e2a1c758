'use strict';
// What a node must not forget, one JSON object a line. What append() has returned for is on disk.
const fs = require('fs');

class Journal {
  constructor(file) {
    this.records = [];
    if (fs.existsSync(file)) {
      const text = fs.readFileSync(file, 'utf8');
      // What a crash cut off in the middle of a write was never told to anybody.
      const whole = text.slice(0, text.lastIndexOf('\n') + 1);
      if (whole.length < text.length) fs.truncateSync(file, Buffer.byteLength(whole));
      this.records = whole.split('\n').filter(Boolean).map((line) => JSON.parse(line));
    }
    this.file = fs.openSync(file, 'a');
  }

  append(records) {
    if (records.length === 0) return;
    fs.writeSync(this.file, records.map((record) => JSON.stringify(record) + '\n').join(''));
    fs.fsyncSync(this.file);
  }
}

module.exports = { Journal };
