module chiron.test/lab/app

go 1.26
