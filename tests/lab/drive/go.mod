module chiron.test/lab/drive

go 1.26
